"""What payers are told about money owed back."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "refund_ready": Template(
        _("%(amount)s is owed back to you. Fetch it at %(station)s with this phone or your slip."),
        sample={"amount": "¥1,186.40", "station": "桑园村综合服务站"},
    ),
    "reversal_code": Template(
        _("Your code is %(code)s to have %(amount)s asked back. Say it only to whoever took the money."),
        sample={"code": "123456", "amount": "¥1,186.40"},
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
    "reversal_refused": Template(
        _("The company does not take back the %(amount)s that were paid at %(station)s. They stay paid."),
        sample={"amount": "¥1,186.40", "station": "桑园村综合服务站"},
    ),
    "prefund_low": Template(
        _("Only %(balance)s are left with %(provider)s. Bring money there before it runs out."),
        sample={"balance": "¥1,186.40", "provider": "中国移动"},
    ),
    "payment_in_review": Template(
        _("A payment of %(amount)s at %(station)s has had no clear answer for days. Look into it."),
        sample={"amount": "¥1,186.40", "station": "桑园村综合服务站"},
    ),
    "refund_to_call": Template(
        _("%(amount)s at %(station)s have not been fetched for five days. Call the person."),
        sample={"amount": "¥1,186.40", "station": "桑园村综合服务站"},
    ),
    "till_above_ceiling": Template(
        _("The till of %(station)s holds more than its ceiling of %(ceiling)s: somebody paid on a loan."),
        sample={"station": "桑园村综合服务站", "ceiling": "¥5,000.00"},
    ),
    "paid_with_fee": Template(
        _("You paid %(total)s, fee %(fee)s of it, slip %(number)s. Paid more? Reply 1."),
        sample={"total": "¥1,186.40", "fee": "¥15.00", "number": "K7P2QX"},
    ),
    "refund_code": Template(
        _("Your code is %(code)s for %(amount)s in cash (%(what)s). Say it only with the money in your hand."),
        sample={"code": "123456", "amount": "¥1,186.40", "what": "缴费单位退回"},
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
}

"""What payers are told about money owed back."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "refund_ready": Template(
        _("We owe you a refund of %(amount)s. Collect it at %(station)s with this phone or your slip."),
        sample={"amount": "¥1,186.40", "station": "桑园村综合服务站"},
    ),
    "reversal_code": Template(
        _("Code %(code)s to recall %(amount)s. Say it only to the person who took the money."),
        sample={"code": "123456", "amount": "¥1,186.40"},
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
    "reversal_refused": Template(
        _("The company will not return the %(amount)s paid at %(station)s. The payment stands."),
        sample={"amount": "¥1,186.40", "station": "桑园村综合服务站"},
    ),
    "prefund_low": Template(
        _("Only %(balance)s is left with %(provider)s. Add money before it runs out."),
        sample={"balance": "¥1,186.40", "provider": "中国移动"},
    ),
    "payment_in_review": Template(
        _("A payment of %(amount)s at %(station)s has had no clear answer for days. Please look into it."),
        sample={"amount": "¥1,186.40", "station": "桑园村综合服务站"},
    ),
    "refund_to_call": Template(
        _("%(amount)s at %(station)s has not been collected for five days. Call the person."),
        sample={"amount": "¥1,186.40", "station": "桑园村综合服务站"},
    ),
    "till_above_ceiling": Template(
        _("The till of %(station)s is above its ceiling of %(ceiling)s: a loan was repaid."),
        sample={"station": "桑园村综合服务站", "ceiling": "¥5,000.00"},
    ),
    "paid_with_fee": Template(
        _("You paid %(total)s, fee %(fee)s of it, slip %(number)s. Paid more? Reply 1."),
        sample={"total": "¥1,186.40", "fee": "¥15.00", "number": "K7P2QX"},
    ),
    "refund_code": Template(
        _("Code %(code)s for %(amount)s in cash (%(what)s). Say it only when the money is in your hand."),
        sample={"code": "123456", "amount": "¥1,186.40", "what": "缴费单位退回"},
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
}

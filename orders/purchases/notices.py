"""What buyers are told about their orders."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

SHORT = {"number": "K7P2Q", "station": "桑园村综合服务站", "amount": "¥1,186.40"}
LINK = "https://ecomnet.example/pay/AZSkPU6aAWe-bCrOfQs6/"

TEMPLATES = {
    "purchase_code": Template(
        _("Code %(code)s: you order %(what)s (%(lines)s articles) for %(total)s. Collect at %(station)s."),
        sample={
            "code": "123456",
            "total": "¥1,186.40",
            "what": "东北大米",
            "lines": 3,
            "station": "桑园村综合服务站",
        },
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
    "purchase_code_by_phone": Template(
        _(
            "Code %(code)s for your call: %(what)s (%(lines)s articles), %(total)s, collect at %(station)s. "
            "Not you? Tell no one."
        ),
        sample={
            "code": "123456",
            "total": "¥1,186.40",
            "what": "东北大米",
            "lines": 3,
            "station": "桑园村综合服务站",
        },
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
    "payment_link": Template(
        _("Order %(number)s, to pay %(amount)s: %(link)s"),
        SHORT | {"link": LINK},
        secrets=frozenset({"link"}),
        is_urgent=True,
    ),
    "payment_link_paid": Template(_("We have received %(amount)s for order %(number)s at %(station)s."), SHORT),
    "payment_link_late": Template(
        _("Your %(amount)s for order %(number)s came too late and goes back to your account."), SHORT
    ),
    "payment_link_refunded": Template(
        _("Your %(amount)s for order %(number)s at %(station)s goes back to the account that paid."), SHORT
    ),
    "payment_link_collected": Template(_("Order %(number)s, which you paid for, was collected at %(station)s."), SHORT),
    "payment_link_arrived": Template(_("Order %(number)s was paid by link: %(amount)s."), SHORT),
    "return_replaced": Template(
        _("The goods of your return %(number)s are sent again, at no cost, to %(station)s."), SHORT
    ),
    "return_approved": Template(
        _("Your return %(number)s is approved. Bring the goods to %(station)s by %(until)s."),
        SHORT | {"until": "2026-11-30"},
        days=frozenset({"until"}),
    ),
    "return_expired": Template(
        _("The goods of your return %(number)s were not brought to %(station)s in time. The return has ended."), SHORT
    ),
    "return_lost": Template(
        _("The goods of your return %(number)s were lost on their way. You get %(amount)s back."), SHORT
    ),
    "purchase_cancelled": Template(_("Your order %(number)s at %(station)s was cancelled."), SHORT),
    "purchase_cancelled_paid": Template(
        _("Your order %(number)s was cancelled. Collect your %(amount)s at %(station)s."), SHORT
    ),
    "purchase_cancelled_online": Template(
        _("Your order %(number)s at %(station)s was cancelled. %(amount)s goes back to the person who paid by link."),
        SHORT,
    ),
    "purchase_short": Template(
        _("Order %(number)s: the supplier cannot deliver everything. You pay %(amount)s less at %(station)s."), SHORT
    ),
    "purchase_short_paid": Template(
        _("Order %(number)s: the supplier cannot deliver everything. Collect your %(amount)s at %(station)s."), SHORT
    ),
    "supplier_goods_cancelled": Template(
        _("Order %(number)s was cancelled. Please do not send: %(what)s (%(lines)s articles)."),
        {"number": "321324-0007-O261125-K7P2Q", "what": "冷藏展示柜", "lines": 2},
    ),
    "supplier_goods_to_fetch": Template(
        _("Order %(number)s was cancelled. Please collect what you have sent: %(what)s (%(lines)s articles)."),
        {"number": "321324-0007-O261125-K7P2Q", "what": "冷藏展示柜", "lines": 2},
    ),
    "purchase_part_cancelled": Template(
        _("Order %(number)s: a part of it was cancelled. You pay %(amount)s less at %(station)s."), SHORT
    ),
    "purchase_part_cancelled_paid": Template(
        _("Order %(number)s: a part of it was cancelled. Collect your %(amount)s at %(station)s."), SHORT
    ),
    "purchase_part_cancelled_online": Template(
        _(
            "Order %(number)s at %(station)s: a part of it was cancelled. %(amount)s goes back to the person who paid"
            " by link."
        ),
        SHORT,
    ),
    "purchase_short_online": Template(
        _(
            "Order %(number)s at %(station)s: the supplier cannot deliver everything. %(amount)s goes back to the"
            " person who paid by link."
        ),
        SHORT,
    ),
}

"""What farmers, stations and buyers are told about shops."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

SHORT = {"number": "K7P2Q", "amount": "¥66.80"}
LINK = "https://ecomnet.example/shop/order/AZSkPU6aAWe-bCrOfQs6/"

TEMPLATES = {
    "shop_code": Template(
        _(
            "Code %(code)s: your shop %(shop)s on the Internet, with your name. Of the price %(pack_help)s%% are for "
            "packing, %(platform)s%% for the platform."
        ),
        sample={"code": "123456", "shop": "沈家果园", "pack_help": "5", "platform": "3"},
        secrets=frozenset({"code"}),
        is_urgent=True,
    ),
    "shop_approved": Template(
        _("Your shop %(shop)s is open. %(station)s packs for you."),
        sample={"shop": "沈家果园", "station": "桑园村综合服务站"},
    ),
    "shop_sold": Template(
        _("Order %(number)s of your shop was delivered: %(net)s for you, at %(station)s."),
        sample={"number": "K7P2Q-1", "net": "¥50.42", "station": "桑园村综合服务站"},
    ),
    "shop_order_arrived": Template(
        _("To pack for %(shop)s: order %(number)s, %(amount)s."), SHORT | {"shop": "沈家果园"}
    ),
    "shop_order_lies": Template(
        _("%(number)s of %(shop)s is packed: send it before %(until)s, or %(amount)s goes back to the buyer."),
        SHORT | {"shop": "沈家果园", "until": "11-29 16:40"},
    ),
    "shop_order_stopped": Template(
        _("Do not send %(number)s of %(shop)s: the buyer's bank took %(amount)s back."), SHORT | {"shop": "沈家果园"}
    ),
    "shop_sale_stopped": Template(
        _("Order %(number)s is not sent: the buyer's bank took the money back. %(station)s tells you more."),
        sample={"number": "K7P2Q-1", "station": "桑园村综合服务站"},
    ),
    "shop_claim_raised": Template(
        _("The buyer of %(number)s (%(shop)s) complains and asks %(asked)s back."),
        {"number": "K7P2Q-1", "shop": "沈家果园", "asked": "¥54.80", "amount": "¥54.80"},
    ),
    "shop_claim_appealed": Template(
        _("The buyer of %(number)s (%(shop)s) asks the county to look again: %(asked)s."),
        {"number": "K7P2Q-1", "shop": "沈家果园", "asked": "¥54.80", "amount": "¥54.80"},
    ),
    "shop_claim_waits": Template(
        _("A buyer still waits for an answer about %(number)s and asks %(asked)s back. Decide it."),
        {"number": "K7P2Q-1", "asked": "¥54.80"},
    ),
    "shop_claim_accepted": Template(
        _("Your complaint about %(number)s was accepted: %(amount)s goes back to the account that paid."), SHORT
    ),
    "shop_claim_deducted": Template(
        _("The buyer of %(number)s got money back for bad goods: %(amount)s of yours is deducted."),
        sample={"number": "K7P2Q-1", "amount": "¥50.42", "station": "桑园村综合服务站"},
    ),
    "shop_claim_refused": Template(
        _("Your complaint about %(number)s was refused. Why, and how to have it looked at again: %(link)s"),
        {"number": "K7P2Q-1", "link": LINK},
        secrets=frozenset({"link"}),
    ),
    "shop_claim_rejected": Template(
        _("Your complaint about %(number)s was looked at again and refused for good: %(link)s"),
        {"number": "K7P2Q-1", "link": LINK},
        secrets=frozenset({"link"}),
    ),
    "shop_checkout_reversed": Template(
        _("Your bank took %(amount)s for order %(number)s back. What had not left is not sent."), SHORT
    ),
    "shop_checkout_paid": Template(
        _("We have received %(amount)s for order %(number)s: %(link)s"),
        SHORT | {"link": LINK},
        secrets=frozenset({"link"}),
    ),
    "shop_checkout_late": Template(
        _("Your %(amount)s for order %(number)s came too late and goes back to your account."), SHORT
    ),
    "shop_order_sent": Template(
        _("Order %(number)s was sent with %(courier)s: %(link)s"),
        {"number": "K7P2Q-1", "courier": "邮政快递", "link": LINK},
        secrets=frozenset({"link"}),
    ),
    "shop_order_cancelled": Template(
        _("Order %(number)s is cancelled. Your %(amount)s goes back to the account that paid."), SHORT
    ),
}

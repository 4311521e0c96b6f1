"""What recharges show outside their pages."""

from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, ServiceTile

RECHARGE = "finance.recharge_phone"

CONSOLE = Console(
    menu=[MenuEntry("counter", _("Recharge a phone"), "recharge:choose", RECHARGE)],
    tiles=[ServiceTile("recharge", _("Recharge a phone"), "phone", "recharge:choose", RECHARGE)],
)

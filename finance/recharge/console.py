"""What recharges show outside their pages."""

from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry

CONSOLE = Console(
    menu=[
        MenuEntry(
            *("counter", _("Recharge a phone"), "recharge:choose", "finance.recharge_phone"),
            service="recharge",
            icon="phone",
        )
    ]
)

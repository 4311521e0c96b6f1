"""What bills show outside their pages."""

from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, ServiceTile

PAY = "finance.pay_bill"

CONSOLE = Console(
    menu=[MenuEntry("counter", _("Pay a bill"), "bills:choose", PAY)],
    tiles=[ServiceTile("bill_payment", _("Pay a bill"), "bolt", "bills:choose", PAY)],
)

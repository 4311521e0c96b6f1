"""What bills show outside their pages."""

from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry

CONSOLE = Console(
    menu=[
        MenuEntry(
            *("counter", _("Pay a bill"), "bills:choose", "finance.pay_bill"), service="bill_payment", icon="bolt"
        )
    ]
)

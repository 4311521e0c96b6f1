"""What the books show outside their pages."""

from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry

CONSOLE = Console(menu=[MenuEntry("money", _("Books"), "books:books", "finance.read_account")])

"""What core shows everybody: the page that opens codes."""

from django.utils.translation import gettext_lazy as _

from core.access import SIGNED_IN
from core.web.console import Console, MenuEntry

CONSOLE = Console(menu=[MenuEntry("counter", _("Scan a code"), "core:scan", SIGNED_IN)])

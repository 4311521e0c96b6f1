"""What calendars show outside their pages: a line of the menu."""

from django.utils.translation import gettext_lazy as _

from core.access import SIGNED_IN
from core.web.console import Console, MenuEntry

CONSOLE = Console(menu=[MenuEntry("me", _("My calendar"), "calendars:own", SIGNED_IN)])

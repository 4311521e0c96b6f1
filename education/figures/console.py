"""What learning in numbers shows outside its page: a line of the menu."""

from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry
from education.figures.months import READ_FIGURES

CONSOLE = Console(menu=[MenuEntry("learning", _("Learning in numbers"), "learning:figures", READ_FIGURES)])

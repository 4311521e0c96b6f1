"""What the search finds of the menu: its pages, by their names."""

import datetime as dt
from typing import Any

from django.utils.translation import pgettext_lazy

from core.access import SIGNED_IN
from core.web.console import GROUPS, MOST, Console, Finder, Hit, menu_for


def _find(*, user: Any, text: str, at: dt.datetime) -> list[Hit]:
    """The lines of the reader's menu that hold this text, with their groups."""
    sought = text.casefold()
    found = [(entry, href) for entry, href in menu_for(user) if sought in str(entry.label).casefold()]
    return [Hit(entry.label, href, GROUPS[entry.group][0]) for entry, href in found[:MOST]]


CONSOLE = Console(finders=[Finder("pages", pgettext_lazy("search", "Pages"), "menu", SIGNED_IN, _find, named=False)])

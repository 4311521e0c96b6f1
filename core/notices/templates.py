"""What messages say: named texts, one sentence or two, in every language of the system."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import translation

from core.language import formatting
from core.web.discovery import discover

#: One part of an SMS that holds Chinese characters (GSM 03.38: UCS-2, 140 bytes).
LONGEST_SMS = 70
HIDDEN = "••••••"


@dataclass(frozen=True, slots=True)
class Template:
    """One message. Each slice lists its own in `notices.py`: `TEMPLATES = {"login_code": Template(...)}`.

    `text` is a lazy translation with named placeholders. `sample` fills them with the longest believable values: a
    test renders it and counts the characters of an SMS. `secrets` are parameters that are stored encrypted until the
    message has arrived, and never shown again (codes). `days` are parameters that are dates: each reader reads them as
    his language writes days. An urgent message is sent at night, too.
    A parameter made by `in_each_language` is read in the language of its reader.
    """

    text: Any
    sample: Mapping[str, Any] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    is_urgent: bool = False

    def render(self, params: Mapping[str, Any], *, language: str) -> str:
        """The words that its reader reads."""
        hidden = dict.fromkeys(self.secrets, HIDDEN)
        with translation.override(language):
            days = {name: _day_words(params[name]) for name in self.days}
            words = {name: _of_reader(value, language) for name, value in params.items()}
            return str(self.text) % {**hidden, **words, **days}


def in_each_language(words: Callable[[], Any]) -> dict[str, str]:
    """A parameter that is written differently in each language, such as a status or the name of a company."""
    written = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            written[code] = str(words())
    return written


def _of_reader(value: Any, language: str) -> Any:
    """A parameter in the language of its reader; one of `in_each_language` holds several."""
    return value.get(language, value.get("en")) if isinstance(value, Mapping) else value


def _day_words(value: dt.date | str) -> str:
    """A date as it was given, or as the database keeps it (ISO 8601), in words; older messages kept the words."""
    try:
        return formatting.full_day(dt.date.fromisoformat(value) if isinstance(value, str) else value)
    except ValueError:
        return str(value)


class UnknownTemplate(LookupError):
    """No slice lists a template of this name: a bug of the caller."""


_TEMPLATES: dict[str, Template] = {}


def register_all() -> None:
    """Read the `notices.py` of every slice; two templates of one name are refused."""
    _TEMPLATES.clear()
    for module in discover("notices"):
        for name, template in getattr(module, "TEMPLATES", {}).items():
            if name in _TEMPLATES:
                raise RuntimeError(f"two templates are called {name}")
            _TEMPLATES[name] = template


def template_of(name: str) -> Template:
    """The template of this name."""
    try:
        return _TEMPLATES[name]
    except KeyError as unknown:
        raise UnknownTemplate(name) from unknown


def all_templates() -> dict[str, Template]:
    """Every template, for tests and lists."""
    return dict(_TEMPLATES)

"""Structured logs without personal data: what could tell of a person is cut out at the last station before the line.

Loggers are asked to write ids and codes; this is the net below. It removes values under telling names, runs of
hanzi and of digits, addresses, query strings and secret path segments, also inside the texts of exceptions.
"""

import datetime as dt
import re
import sys
import traceback
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

CUT = "…"
#: Names whose values are never written, whatever they hold. A name counts when one of its words is here.
TELLING = frozenset({
    "address", "authorization", "birth", "body", "cookie", "csrf", "data", "email", "given", "identity", "ip", "key",
    "latin", "mail", "message", "name", "password", "payload", "phone", "pin", "reason", "secret", "session", "surname",
    "text", "token", "user_agent",
})  # fmt: skip
#: Telling words that are harmless as a whole name.
HARMLESS = frozenset({"logger_name", "dedupe_key", "key_id", "event_name"})

_KEPT = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?"
_CUT = "|".join(
    (
        r"[\u3400-\u9fff\U00020000-\U0003ffff][\u3400-\u9fff\U00020000-\U0003ffff·]*",  # hanzi
        r"[\w.+-]+@[\w-]+\.[\w.]+",  # mail addresses
        r"\+?\d(?:[ -]?\d){5,}[xX]?",  # phone, identity and card numbers, also in groups
        r"\?[^\s\"']+",  # query strings
        r"(?<=/)[A-Za-z0-9_-]{16,}(?=/|$|\s)",  # tokens in paths
        r"(?<=Bearer )\S+|(?<=Token )\S+",
        r"(?<=\n)(?:DETAIL|LINE \d+|CONTEXT):[^\n]*",  # the values that PostgreSQL quotes
    )
)
_SCRUB = re.compile(f"({_KEPT})|{_CUT}")
_QUOTED = re.compile(r"""'[^'\n]*'|"[^"\n]*"|“[^”\n]*”|=\([^)\n]*\)""")


def redact(logger: Any, method: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """A structlog processor: the same event without what tells of a person."""
    return {name: _clean(name, value) for name, value in event.items()}


def tell_exception(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor: the exception as its types, scrubbed texts and places; local values are never written."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    if isinstance(given, BaseException):
        given = (type(given), given, given.__traceback__)
    if given and given[1] is not None:
        event["exception"] = "".join(_masked(line) for line in traceback.format_exception(*given))
    return event


def _masked(line: str) -> str:
    """Places are told as they are; what an exception quotes in its text is a value, and cut."""
    return line if line.startswith(("  File ", "Traceback ", "\n")) else _QUOTED.sub(CUT, line)


def scrub(text: str) -> str:
    """The text without hanzi, long numbers, addresses, query strings and tokens; uuids and instants stay."""
    return _SCRUB.sub(lambda match: match[1] or CUT, text)


def _clean(name: str, value: Any) -> Any:
    if name not in HARMLESS and not TELLING.isdisjoint({name, *name.lower().split("_")}):
        return CUT
    if isinstance(value, Mapping):
        return {str(each): _clean(str(each), inner) for each, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", inner) for inner in value]
    if value is None or isinstance(value, bool | float | UUID | dt.date | Decimal):
        return value if value is None or isinstance(value, bool | float) else str(value)
    if isinstance(value, int):
        return value if abs(value) < 10**9 else CUT
    return scrub(value) if isinstance(value, str) else f"<{type(value).__name__}>"

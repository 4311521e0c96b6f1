"""Tables as CSV: cells that no table program runs as a formula, and lines written as they are asked for."""

import csv
import re
from typing import Any

_FORMULA = re.compile(r"[=+\-@\x00-\x1f\x7f-\x9f]")


def harmless(text: str) -> str:
    """A text behind an apostrophe if a table program would run it. Figures are not texts: write them as they are."""
    return f"'{text}" if _FORMULA.match(text) else text


def without_guard(text: str) -> str:
    """What `harmless` was given."""
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text


def line_writer(terminator: str = "\r\n") -> Any:
    """A writer of CSV whose `writerow` gives the line back instead of storing it: for answers that are streamed."""
    return csv.writer(_Passing(), lineterminator=terminator)


class _Passing:
    """A file that gives back what is written into it."""

    def write(self, text: str) -> str:
        return text

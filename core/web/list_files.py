"""The file of a list: every row that its filters leave, streamed page by page, as a table program opens it."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.csv_cells import harmless, line_writer

if TYPE_CHECKING:
    from core.web.lists import Row

#: What is added to the address of a list for its file.
CSV = "csv"
#: Rows fetched at once.
CHUNK = 500

Fetch = Callable[[str, int], "tuple[list[Row], str]"]


def file_of(stem: str, headings: Mapping[str, Any], fetch: Fetch) -> StreamingHttpResponse:
    """`fetch(after, size)` gives the next rows and where those after them begin."""
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def lines() -> Iterator[str]:
        """The reader's language and zone hold while the file is written, after the request has ended."""
        writer = line_writer()
        with translation.override(language):
            yield "\ufeff" + writer.writerow(_headings(headings))
        after = ""
        while True:
            with translation.override(language), timezone.override(zone):
                rows, after = fetch(after, CHUNK)
                written = [writer.writerow(_cells(row, headings)) for row in rows]
            yield from written
            if not after:
                return

    name = f"{stem}-{timezone.localdate().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8", headers=headers)


def _headings(headings: Mapping[str, Any]) -> list[str]:
    words = {name: [str(label)] for name, label in headings.items()}
    if "amount" in words:
        words["amount"].append(_("Currency"))
    return [word for part in words.values() for word in part]


def _cells(row: "Row", headings: Mapping[str, Any]) -> list[str]:
    parts: dict[str, Sequence[Any]] = {
        "name": [row.name],
        "what": [row.what],
        "where": [row.where],
        "at": [_instant(row.at)],
        "state": [capfirst(row.words)],
    }
    cells = []
    for name in headings:
        if name == "amount":
            cells += [str(row.amount), row.amount.currency] if row.amount is not None else ["", ""]
        else:
            cells += [harmless(str(value)) for value in parts[name]]
    return cells


def _instant(at: dt.datetime | dt.date | None) -> str:
    if isinstance(at, dt.datetime):
        return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
    return at.isoformat() if at else ""

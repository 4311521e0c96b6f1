"""The file of a table that a page shows: the same cells, as a table program opens them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from core.csv_cells import harmless, line_writer


def file_of_rows(stem: str, headings: Iterable[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A few rows at once; a list has a file of its own that is streamed (`core/web/list_files.py`)."""
    writer = line_writer()
    lines = [writer.writerow([str(heading) for heading in headings])]
    lines += [writer.writerow([harmless(str(cell)) for cell in row]) for row in rows]
    name = f"{stem}-{timezone.localdate().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse("\ufeff" + "".join(lines), content_type="text/csv; charset=utf-8", headers=headers)

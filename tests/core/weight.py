"""What a first visit weighs, gzipped, against the budget of every console page."""

import gzip
from pathlib import Path

from core.templatetags.frame import MODULES

STATIC = Path(__file__).resolve().parents[2] / "core" / "static"
KB = 1024

#: Bytes, gzip, of the first visit. `html` is one page; `drafts` come where a page has a form that keeps them.
BUDGET = {"html": 8 * KB, "css": 10 * KB, "htmx": 17 * KB, "scripts": 9 * KB, "drafts": 4 * KB, "pictures": 5 * KB}
TOTAL = 60 * KB
REPEAT_HTML, REPEAT_REST = 12 * KB, 3 * KB


def gzipped(*names: str) -> int:
    """The sum of these static files, each compressed by itself, as they travel."""
    return sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names)


def shell() -> dict[str, int]:
    """What every page brings along, without the page."""
    return {
        "css": gzipped("core/console.css"),
        "htmx": gzipped("core/vendor/htmx.min.js"),
        "scripts": gzipped(*MODULES),
        "drafts": gzipped("core/drafts.js", "core/vendor/idb-keyval.js"),
        "pictures": gzipped("core/icons.svg", "core/logo.svg"),
    }

"""What the pages of the system say."""

from pathlib import Path

from django.conf import settings


def told(*sentences: str, page: str = "money.md") -> None:
    """A page of `docs/` says so, however its lines are broken."""
    text = " ".join((Path(settings.BASE_DIR) / "docs" / page).read_text(encoding="utf-8").split())
    assert [sentence for sentence in sentences if sentence not in text] == []

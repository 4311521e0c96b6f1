"""How articles, events and campaigns read on pages."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.web.tables import Column, Table
from health.promotion.models import Article, PromotionCampaign, PromotionEvent

#: The colour of an article's state.
ARTICLE_KINDS = {
    Article.Status.DRAFT: "wait",
    Article.Status.PUBLISHED: "ok",
    Article.Status.WITHDRAWN: "bad",
}
EVENT_KINDS = {PromotionEvent.Status.RECORDED: "ok", PromotionEvent.Status.WITHDRAWN: "bad"}


class Block(NamedTuple):
    """A part of a text: a `heading`, a `paragraph`, or a `list` of points."""

    kind: str
    lines: list[str]

    @property
    def words(self) -> str:
        """The lines as one."""
        return " ".join(self.lines)


def blocks_of(text: str) -> list[Block]:
    """The parts of an article: `# ` begins a heading, `- ` a point, an empty line ends a paragraph."""
    return [
        Block(kind, [_without_mark(line) for line in lines])
        for kind, group in groupby(_lines(text), key=_kind_of)
        if (lines := list(group)) and kind
    ]


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines())


def _kind_of(line: str) -> str:
    if not line:
        return ""
    if line.startswith("# "):
        return "heading"
    return "list" if line.startswith("- ") else "paragraph"


def _without_mark(line: str) -> str:
    return line.removeprefix("# ").removeprefix("- ")


def article_words(article: Article) -> str:
    """What it is about and for whom."""
    about = {"topic": article.get_topic_display(), "audience": article.get_audience_display()}
    return _("%(topic)s · for %(audience)s") % about


def event_words(event: PromotionEvent) -> str:
    """How many people, and how many of them by name."""
    if event.named_people:
        known = {"count": event.counted_people, "named": event.named_people}
        return _("%(count)s people, %(named)s of them by name") % known
    return _("%(count)s people") % {"count": event.counted_people}


def campaign_words(campaign: PromotionCampaign) -> str:
    """What it is about and how many people it wants to reach."""
    return _("%(topic)s · goal: %(goal)s people") % {
        "topic": campaign.get_topic_display(),
        "goal": campaign.goal_people,
    }


def number_words(number: int | None) -> str:
    """A number as figures show it, or that it is too small to be told."""
    return "—" if number is None else f"{number:,}"


def names_table(lines: list[tuple[str, str]]) -> Table:
    """Who was there, to be printed with the page."""
    columns = [Column(_("Name")), Column(_("Signed in"), short=True)]
    return Table(_("Who was there"), columns, [list(line) for line in lines], small=True)

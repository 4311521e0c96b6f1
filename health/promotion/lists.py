"""Lists of health promotion: articles, what the station did, campaigns."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.access import may
from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from health.promotion.display import ARTICLE_KINDS, EVENT_KINDS, article_words, campaign_words, event_words
from health.promotion.models import Article, PromotionCampaign, PromotionEvent
from health.promotion.models.articles import READ_ARTICLE, WRITE_ARTICLE
from health.promotion.models.events import OPEN_CAMPAIGN, READ_CAMPAIGN, READ_EVENT
from health.promotion.queries import articles, campaigns, events
from stations.lists import StationList
from stations.requests import signed_in

STATE = gettext_lazy("State")


class Articles(ListPage):
    """What stations may show; for clinics, with what is to be reviewed."""

    name, grant = "promotion:articles", READ_ARTICLE
    title = gettext_lazy("Health articles")
    template = "health/promotion/articles.html"
    headings = {
        "name": pgettext_lazy("health", "Article"),
        "what": gettext_lazy("Topic and readers"),
        "where": gettext_lazy("Clinic"),
        "at": gettext_lazy("Shown through"),
        "state": STATE,
    }
    order = ("topic", "pk")
    search = gettext_lazy("Title of the article")
    states = (
        State("published", pgettext_lazy("articles", "published"), Q(status="published")),
        State("draft", gettext_lazy("to be reviewed"), Q(status="draft")),
        State("withdrawn", pgettext_lazy("articles", "withdrawn"), Q(status="withdrawn")),
    )
    state = "published"
    empty = Empty(gettext_lazy("No health articles yet."), gettext_lazy("Clinics write and review them."), icon="heart")

    def rows(self, request: HttpRequest) -> QuerySet[Article]:
        """Those of the own clinics; for other readers, what is published."""
        return articles().open_to(signed_in(request), self.grant)

    def found(self, words: str) -> Q:
        """By title."""
        return Q(title__icontains=words) | Q(title_zh__icontains=words)

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether the reader may write one."""
        return {"may_write": may(request.user, WRITE_ARTICLE)}

    def row(self, row: Article, known: None) -> Row:
        """What it is about, and until when it is shown."""
        return Row(
            name=row.headline,
            href=reverse("promotion:article", args=[row.pk]),
            what=article_words(row),
            where=row.clinic.title,
            at=row.review_until_date,
            status=ARTICLE_KINDS[Article.Status(row.status)],
            words=row.get_status_display(),
        )


class Events(StationList):
    """What the own station showed, and how many people it reached."""

    name, grant = "promotion:events", READ_EVENT
    title = gettext_lazy("Health events")
    headings = {
        "name": pgettext_lazy("health", "Article"),
        "what": gettext_lazy("People there"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Day"),
        "state": pgettext_lazy("health event", "How"),
    }
    order = ("-local_date", "-pk")
    period = "local_date"
    days = 90
    states = (
        State("recorded", pgettext_lazy("health events", "recorded"), Q(status="recorded")),
        State("withdrawn", pgettext_lazy("health events", "recorded by mistake"), Q(status="withdrawn")),
    )
    state = "recorded"
    empty = Empty(
        gettext_lazy("Nothing recorded yet."),
        gettext_lazy("Open an article, show it, and record how many people were there."),
        icon="heart",
    )

    def rows(self, request: HttpRequest) -> QuerySet[PromotionEvent]:
        """Those of the reader's station."""
        return events().open_to(signed_in(request), self.grant)

    def row(self, row: PromotionEvent, known: None) -> Row:
        """Which article, and how many people; nobody's name."""
        return Row(
            name=row.article.headline,
            href=reverse("promotion:event", args=[row.pk]),
            what=event_words(row),
            where=row.station.name,
            at=row.local_date,
            status=EVENT_KINDS[PromotionEvent.Status(row.status)],
            words=row.get_kind_display(),
        )


class Campaigns(ListPage):
    """Which topics the county wants to be shown, the newest first."""

    name, grant = "promotion:campaigns", READ_CAMPAIGN
    title = gettext_lazy("Health campaigns")
    template = "health/promotion/campaigns.html"
    headings = {
        "name": gettext_lazy("Health campaign"),
        "what": gettext_lazy("Topic and goal"),
        "where": gettext_lazy("Place"),
        "at": gettext_lazy("From"),
    }
    order = ("-from_date", "-pk")
    empty = Empty(gettext_lazy("No health campaigns yet."), gettext_lazy("The county opens one."), icon="heart")

    def rows(self, request: HttpRequest) -> QuerySet[PromotionCampaign]:
        """Those of places within reach; for a station, those that reach it."""
        return campaigns().open_to(signed_in(request), self.grant)

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether the reader may open one."""
        return {"may_open": may(request.user, OPEN_CAMPAIGN)}

    def row(self, row: PromotionCampaign, known: None) -> Row:
        """Which campaign, and where."""
        return Row(
            name=row.name,
            href=reverse("promotion:campaign", args=[row.pk]),
            what=campaign_words(row),
            where=row.division.name,
            at=row.from_date,
        )


ARTICLES, EVENTS, CAMPAIGNS = Articles(), Events(), Campaigns()

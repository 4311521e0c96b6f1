"""What health promotion shows outside its pages: campaigns to show, articles to review or to check anew."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from health.promotion.models import Article, PromotionCampaign
from health.promotion.models.articles import READ_ARTICLE, RECORD_EVENT, REVIEW_ARTICLE, WRITE_ARTICLE
from health.promotion.models.events import READ_CAMPAIGN, READ_EVENT
from health.promotion.models.questions import READ_FIGURES
from health.promotion.queries import articles_past_review, articles_to_review, campaigns_to_show
from stations.accounts.models import User

ARTICLES, CAMPAIGNS, FIGURES = "promotion:articles", "promotion:campaigns", "promotion:figures"


def _to_show(*, user: User, at: dt.datetime) -> QuerySet[PromotionCampaign]:
    return campaigns_to_show(user, timezone.localdate(at))


def _to_review(*, user: User, at: dt.datetime) -> QuerySet[Article]:
    return articles_to_review(user)


def _past_review(*, user: User, at: dt.datetime) -> QuerySet[Article]:
    return articles_past_review(user, timezone.localdate(at))


CONSOLE = Console(
    menu=[
        MenuEntry("health", _("Health articles"), ARTICLES, READ_ARTICLE, needs=("promotion.review", "promotion.past")),
        MenuEntry("health", _("Health events"), "promotion:events", READ_EVENT),
        MenuEntry("health", _("Health campaigns"), CAMPAIGNS, READ_CAMPAIGN, needs=("promotion.show",)),
        MenuEntry("health", _("Health promotion in numbers"), FIGURES, READ_FIGURES),
    ],
    needs=[
        Need(
            *("promotion.show", _("Health campaigns to show this month"), "heart", RECORD_EVENT, CAMPAIGNS, _to_show),
            "from_date",
            wait_days=20,
            bad_days=40,
        ),
        Need(
            *("promotion.review", _("Health articles to review"), "heart", REVIEW_ARTICLE, ARTICLES, _to_review),
            "edited_at",
            query="state=draft",
            wait_days=7,
            bad_days=30,
        ),
        Need(
            *("promotion.past", _("Health articles to check again"), "heart", WRITE_ARTICLE, ARTICLES, _past_review),
            "review_until_date",
            wait_days=7,
            bad_days=30,
        ),
    ],
)

"""Articles about health in Chinese and English, and how often they are read."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, WordsField, uuid7
from health.hospitals.models import HOSPITAL_ROLES, Hospital, staffed_by
from stations.accounts.models import Post, User
from stations.network.models import Station
from stations.places.models import Division
from stations.scope import posts_granting
from stations.two_persons import TwoPersons

READ_ARTICLE, WRITE_ARTICLE = "health.read_article", "health.write_article"
REVIEW_ARTICLE, WITHDRAW_ARTICLE = "health.review_article", "health.withdraw_article"
RECORD_EVENT, ANSWER_QUESTION = "health.record_promotion_event", "health.answer_question"


class Topic(models.TextChoices):
    """What an article or a campaign is about."""

    HYPERTENSION = "hypertension", _("high blood pressure")
    DIABETES = "diabetes", _("diabetes")
    STROKE = "stroke", _("stroke")
    SALT = "salt", _("less salt")
    ANTIBIOTICS = "antibiotics", _("antibiotics")
    PESTICIDES = "pesticides", _("pesticides")
    HEAT = "heat", _("heat")
    HANDWASHING = "handwashing", _("washing hands")
    VACCINATION = "vaccination", _("vaccination")
    PREGNANCY = "pregnancy", _("pregnancy")
    FALLS = "falls", _("falls of old people")
    CHILD_SAFETY = "child_safety", _("safety of children")
    OTHER = "other", pgettext_lazy("topic", "other")


class ArticleQuerySet(models.QuerySet["Article"]):
    read_verb = READ_ARTICLE

    def open_to(self, user: User, verb: str) -> Self:
        """Those of the own clinics; who reads, shows or asks reads what is published in the country."""
        if verb in {READ_ARTICLE, RECORD_EVENT, ANSWER_QUESTION}:
            posts = posts_granting(user, verb)
            if not posts:
                return self.none()
            if any(post.reach == "network" for post in posts):
                return self.all()
            of_hospitals = [post for post in posts if post.role in HOSPITAL_ROLES]
            own = staffed_by(user, verb, "clinic") if of_hospitals else Q(pk__in=[])
            return self.filter(
                own | Q(status=Article.Status.PUBLISHED, clinic__division__country__in=_countries_of(posts))
            )
        return self.filter(staffed_by(user, verb, "clinic"))

    def shown_on(self, day: dt.date) -> Self:
        """Published, and its review holds on this day, the last one included."""
        return self.filter(status=Article.Status.PUBLISHED, review_until_date__gte=day)

    def of_country(self, country: str) -> Self:
        """Written for a country: numbers to call and services differ."""
        return self.filter(clinic__division__country=country)

    def shown_at(self, station: Station, day: dt.date) -> Self:
        """What a station may show on a day of its zone."""
        return self.shown_on(day).of_country(station.county.country)


class Article(BaseModel):
    """An article of a clinic for villagers. It is shown while it is published and `review_until_date` is not over.

    The last day of its review is included, in the clinic's zone. Its text changes in a draft alone, so that nothing is
    shown that nobody but its author has read. `code` is the end of its public address.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("article", "to be reviewed")
        PUBLISHED = "published", pgettext_lazy("article", "published")
        WITHDRAWN = "withdrawn", pgettext_lazy("article", "withdrawn")

    class Audience(models.TextChoices):
        EVERYBODY = "everybody", _("everyone")
        ELDERS = "elders", _("old people and their families")
        CHRONIC = "chronic", _("people with a chronic disease")
        PARENTS = "parents", _("parents and grandparents")
        PREGNANT = "pregnant", _("pregnant women and their families")
        FARMERS = "farmers", _("farmers")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(_("address"), max_length=30, unique=True)
    clinic = models.ForeignKey(Hospital, models.PROTECT, related_name="+", verbose_name=_("clinic"))
    topic = models.CharField(_("topic"), max_length=14, choices=Topic)
    audience = models.CharField(_("for whom"), max_length=10, choices=Audience, default=Audience.EVERYBODY)
    title = LineField(_("title"), max_length=80)
    title_zh = LineField(_("title in Chinese"), max_length=40)
    body = WordsField(_("text"), max_length=4_000)
    body_zh = WordsField(_("text in Chinese"), max_length=2_000)
    source = LineField(_("source"), max_length=300)
    status = models.CharField(_("state"), max_length=9, choices=Status, default=Status.DRAFT)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("last edited by")
    )
    edited_at = models.DateTimeField(_("last edited at"))
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    review_until_date = models.DateField(_("reviewed until"), null=True, blank=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("health", "article")
        verbose_name_plural = pgettext_lazy("health", "articles")
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[a-z0-9][a-z0-9-]{2,29}$"), name="article_has_address"),
            models.CheckConstraint(
                condition=Q(reviewed_by=None, reviewed_at=None, review_until_date=None)
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False, review_until_date__isnull=False),
                name="article_review_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", reviewed_at=None)
                | Q(status="published", reviewed_at__isnull=False)
                | Q(status="withdrawn"),
                name="article_is_reviewed_before_it_is_published",
            ),
            TwoPersons(
                checker="reviewed_by",
                makers=("written_by", "edited_by"),
                name="article_is_reviewed_by_another_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "review_until_date"], condition=Q(status="published"), name="published_article_review"
            )
        ]

    def __str__(self) -> str:
        return self.headline

    @property
    def headline(self) -> str:
        """The title in the reader's language."""
        return self.title_zh if _is_chinese() else self.title

    @property
    def text(self) -> str:
        """The text in the reader's language."""
        return self.body_zh if _is_chinese() else self.body

    def is_shown_on(self, day: dt.date) -> bool:
        """Whether stations may show it on a day."""
        until = self.review_until_date
        return self.status == self.Status.PUBLISHED and until is not None and day <= until


class ArticleReading(BaseModel):
    """How often the public page of an article was opened on a day of its clinic's zone. Nothing says by whom."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="readings", verbose_name=_("article"))
    local_date = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("readings"), default=0)

    class Meta:
        verbose_name = _("readings of an article")
        verbose_name_plural = _("readings of articles")
        constraints = [
            models.UniqueConstraint(fields=["article", "local_date"], name="readings_of_article_stand_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.local_date}"


def _countries_of(posts: list[Post]) -> models.QuerySet[Division, dict[str, str]]:
    """Where these posts are held: numbers to call and services differ from country to country."""
    stations = Station.objects.filter(pk__in=[post.station_id for post in posts if post.reach == "station"])
    regions = [post.division_id for post in posts if post.reach == "region"]
    return Division.objects.filter(Q(pk__in=regions) | Q(pk__in=stations.values("county"))).values("country")


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")

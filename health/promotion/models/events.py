"""Campaigns of a county, what stations did, and who came by name."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.web.ranges import DateSpan
from health.promotion.models.articles import Article, Topic
from stations.accounts.models import User
from stations.network.models import Station
from stations.scope import REGION_COLUMNS, StationScopedQuerySet, division_reach, posts_granting
from stations.two_persons import TwoPersons

READ_CAMPAIGN, OPEN_CAMPAIGN = "health.read_promotion_campaign", "health.open_promotion_campaign"
READ_EVENT = "health.read_promotion_event"
SIGN_IN = "health.sign_in_resident"
#: More people than this are not reached by one event of a village station: it is a slip of the finger.
MOST_PEOPLE = 2_000


class PromotionCampaignQuerySet(models.QuerySet["PromotionCampaign"]):
    read_verb = READ_CAMPAIGN

    def open_to(self, user: User, verb: str) -> Self:
        """Those of divisions within a post; for the people of a station, those that reach the station."""
        posts = posts_granting(user, verb)
        at_stations = Station.objects.filter(pk__in=[post.station_id for post in posts if post.reach == "station"])
        if any(post.reach == "network" for post in posts):
            return self.all()
        reach = division_reach(user, verb, "division__path")
        for level in REGION_COLUMNS.values():
            reach |= Q(division__in=at_stations.values(level))
        return self.filter(reach)

    def running_on(self, day: dt.date) -> Self:
        """From the first to the last day."""
        return self.filter(from_date__lte=day, to_date__gte=day)

    def of_station(self, station: Station) -> Self:
        """Those whose place holds the station, the nearest place first."""
        places = [getattr(station, f"{level}_id") for level in REGION_COLUMNS.values()]
        return self.filter(division__in=[place for place in places if place]).order_by("-division__path", "pk")


class PromotionCampaign(BaseModel):
    """A county shows one topic in a place, from the first to the last day, and wants to reach so many people."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = LineField(_("name"), max_length=80)
    topic = models.CharField(_("topic"), max_length=14, choices=Topic)
    division = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", verbose_name=_("place"))
    from_date = models.DateField(_("first day"))
    to_date = models.DateField(_("last day"))
    goal_people = models.PositiveIntegerField(_("people to reach"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"))

    objects = PromotionCampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("health campaign")
        verbose_name_plural = _("health campaigns")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date__gte=F("from_date")), name="health_campaign_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=Q(goal_people__gt=0), name="health_campaign_has_a_goal"),
            ExclusionConstraint(
                name="place_has_one_health_campaign_of_a_topic_at_a_time",
                expressions=[
                    (F("division"), RangeOperators.EQUAL),
                    (F("topic"), RangeOperators.EQUAL),
                    (
                        DateSpan("from_date", "to_date", RangeBoundary(inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PromotionEventQuerySet(StationScopedQuerySet):
    read_verb = READ_EVENT

    def standing(self) -> Self:
        """Those that were not recorded by mistake."""
        return self.filter(status=PromotionEvent.Status.RECORDED)


class PromotionEvent(BaseModel):
    """A station showed an article on a local date; `counted_people` were there, of whom `named_people` by name.

    The device makes the id: what is sent twice is one event. A trigger counts `named_people`.
    """

    class Kind(models.TextChoices):
        SCREEN = "screen", pgettext_lazy("health event", "shown at the station")
        TALK = "talk", pgettext_lazy("health event", "talk")
        LEAFLET = "leaflet", pgettext_lazy("health event", "leaflets handed out")
        HOME_VISIT = "home_visit", pgettext_lazy("health event", "visit at home")

    class Status(models.TextChoices):
        RECORDED = "recorded", pgettext_lazy("health event", "recorded")
        WITHDRAWN = "withdrawn", pgettext_lazy("health event", "recorded by mistake")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(Station, models.PROTECT, related_name="+", verbose_name=_("station"))
    local_date = models.DateField(_("day"))
    kind = models.CharField(_("how"), max_length=10, choices=Kind)
    article = models.ForeignKey(Article, models.PROTECT, related_name="+", verbose_name=_("article"))
    campaign = models.ForeignKey(
        PromotionCampaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("health campaign"),
    )
    counted_people = models.PositiveIntegerField(_("people reached"))
    named_people = models.PositiveIntegerField(_("of them by name"), default=0, editable=False)
    photo = models.OneToOneField(
        "core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("photo")
    )
    status = models.CharField(_("state"), max_length=9, choices=Status, default=Status.RECORDED)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = PromotionEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("health event")
        verbose_name_plural = _("health events")
        constraints = [
            models.CheckConstraint(
                condition=Q(counted_people__gt=0, counted_people__lte=MOST_PEOPLE),
                name="health_event_reaches_somebody",
            ),
            models.CheckConstraint(
                condition=Q(named_people__lte=F("counted_people")), name="health_event_counts_everybody_who_is_named"
            ),
        ]
        indexes = [models.Index(fields=["station", "-local_date"], name="health_event_of_station")]

    def __str__(self) -> str:
        return str(self.pk)


class ReachQuerySet(StationScopedQuerySet):
    station_path = "event__station"
    read_verb = READ_EVENT


class Reach(BaseModel):
    """A resident who came and agreed to be named. It is deleted with the consent, by erasure and after two years."""

    #: Made by the device or the page: the same name sent twice is one.
    op_id = models.UUIDField(primary_key=True, editable=False)
    event = models.ForeignKey(PromotionEvent, models.PROTECT, related_name="named", verbose_name=_("health event"))
    resident = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("resident"))
    signed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("signed in by")
    )
    signed_in_at = models.DateTimeField(_("signed in at"))

    objects = ReachQuerySet.as_manager()

    class Meta:
        verbose_name = _("resident at a health event")
        verbose_name_plural = _("residents at health events")
        constraints = [
            models.UniqueConstraint(fields=["event", "resident"], name="resident_is_at_a_health_event_once"),
            TwoPersons(checker="signed_in_by", makers=("resident",), name="nobody_names_himself_at_a_health_event"),
        ]
        indexes = [
            models.Index(fields=["resident"], name="health_event_of_resident"),
            models.Index(fields=["signed_in_at"], name="health_event_names_by_age"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

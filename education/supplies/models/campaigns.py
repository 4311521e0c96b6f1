"""Campaigns of donors, each kit with its serial, and who was handed one. No row links a donor to a child."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, WordsField, uuid7
from stations.accounts.models import User
from stations.network.models import Station
from stations.scope import DivisionScopedQuerySet, StationScopedQuerySet, division_reach, posts_granting

READ, READ_HANDOVER = "education.read_kit_campaign", "education.read_kit_handover"


class CampaignQuerySet(DivisionScopedQuerySet):
    """The campaigns of a county: for the people of its stations, and for posts over a region that holds it."""

    division_path = "county__path"
    read_verb = READ

    def open_to(self, user: User, verb: str) -> Self:
        """Those of the counties in which a post carries the verb."""
        stations = [post.station_id for post in posts_granting(user, verb) if post.reach == "station"]
        within = super().open_to(user, verb)
        if not stations:
            return within
        counties = Station.objects.filter(pk__in=stations).values("county")
        return within | self.filter(county__in=counties)


class Campaign(BaseModel):
    """Kits of one donor for the children of a county: what is in them, for whom, and from when until when.

    Ages count on the first day. `follow_code` opens the donor's page.
    """

    class Status(models.TextChoices):
        """What the history of a campaign says."""

        OPEN = "open", pgettext_lazy("campaign", "open")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    county = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", verbose_name=_("county"))
    name = LineField(_("name"), max_length=80)
    donor = LineField(_("donor"), max_length=80)
    contents = WordsField(_("what is in a kit"), max_length=500)
    starts_date = models.DateField(_("first day"))
    ends_date = models.DateField(_("last day"))
    age_from = models.PositiveSmallIntegerField(_("from age"))
    age_to = models.PositiveSmallIntegerField(_("to age"))
    left_behind_only = models.BooleanField(_("only where a parent works away"), default=False)
    follow_code = models.CharField(max_length=10, unique=True, editable=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign of school kits")
        verbose_name_plural = _("campaigns of school kits")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_date__gte=F("starts_date")), name="campaign_ends_no_earlier_than_it_begins"
            ),
            models.CheckConstraint(condition=Q(age_to__gte=F("age_from")), name="ages_of_a_campaign_are_a_range"),
        ]
        indexes = [models.Index(fields=["county", "-ends_date"], name="campaign_of_county")]

    def __str__(self) -> str:
        return self.name


class KitQuerySet(StationScopedQuerySet):
    """A station handles what was sent to it, the county everything of its campaigns."""

    read_verb = READ

    def open_to(self, user: User, verb: str) -> Self:
        """Those of stations within reach, and of campaigns of a region over which a post carries the verb."""
        return super().open_to(user, verb) | self.filter(division_reach(user, verb, "campaign__county__path"))


class Kit(BaseModel):
    """One kit with its label, never deleted: in stock, handed over, returned, damaged, lost or written off."""

    class State(models.TextChoices):
        AT_COUNTY = "at_county", _("in the county store")
        IN_TRANSIT = "in_transit", _("on the way")
        AT_STATION = "at_station", _("at the station")
        HANDED_OVER = "handed_over", pgettext_lazy("kit", "handed over")
        RETURNED = "returned", pgettext_lazy("kit", "returned")
        GOING_BACK = "going_back", _("on the way back")
        LOST = "lost", pgettext_lazy("kit", "lost")
        DAMAGED = "damaged", pgettext_lazy("kit", "damaged")
        WRITTEN_OFF = "written_off", pgettext_lazy("kit", "written off")

    #: What may be damaged or go missing before anybody got it.
    HANDLED = (State.AT_COUNTY, State.IN_TRANSIT, State.AT_STATION)
    IN_STOCK = (*HANDLED, State.GOING_BACK)

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="kits", verbose_name=_("campaign"))
    serial = models.CharField(_("label of the kit"), max_length=10, unique=True)
    station = models.ForeignKey(
        "stations.Station", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("station")
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.AT_COUNTY)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    crate = models.ForeignKey(
        "education.KitCrate",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="kits",
        verbose_name=_("crate of the way back"),
    )

    objects = KitQuerySet.as_manager()

    class Meta:
        verbose_name = _("school kit")
        verbose_name_plural = _("school kits")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["at_county", "damaged", "written_off"])
                | Q(station__isnull=False, sent_at__isnull=False),
                name="kit_that_left_the_county_store_names_its_station",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["going_back", "lost"]) | Q(crate__isnull=False),
                name="kit_goes_back_in_a_crate",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "state"], name="kit_of_campaign"),
            models.Index(fields=["station", "state"], name="kit_of_station"),
        ]

    def __str__(self) -> str:
        return self.serial


class HandoverQuerySet(StationScopedQuerySet):
    read_verb = READ_HANDOVER

    def standing(self) -> Self:
        """Those whose kit was not returned."""
        return self.filter(returned_at=None)


class Handover(BaseModel):
    """A child was handed a kit against the word of a guardian. `child_key` stands for name and birth date.

    The database lets no child have two kits of a campaign, nor two records of a child with one name and birth date.
    A kit that came back is replaced once.
    """

    class Status(models.TextChoices):
        """What the history of a hand-over says; the instant of the return says it to the database."""

        HANDED_OVER = "handed_over", pgettext_lazy("kit", "handed over")
        RETURNED = "returned", pgettext_lazy("kit", "returned")

    class Proof(models.TextChoices):
        SIGNATURE = "signature", _("signature of the guardian")
        CODE = "code", _("code sent to the guardian")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="handovers", verbose_name=_("campaign"))
    kit = models.ForeignKey(Kit, models.PROTECT, related_name="handovers", verbose_name=_("school kit"))
    entitlement = models.ForeignKey(
        "education.KitEntitlement",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="handovers",
        verbose_name=_("entitlement"),
    )
    child = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("child"))
    child_key = models.CharField(max_length=80, editable=False)
    is_replacement = models.BooleanField(_("instead of a kit that was returned"), default=False)
    consent = models.ForeignKey("stations.Consent", models.PROTECT, related_name="+", verbose_name=_("consent"))
    received_by = models.ForeignKey(
        "stations.Person", models.PROTECT, related_name="+", verbose_name=_("guardian who received it")
    )
    proof = models.CharField(_("receipt proved by"), max_length=10, choices=Proof)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("handed over by")
    )
    at = models.DateTimeField(_("at"))
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True)
    reason = LineField(_("reason"), max_length=200, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over of a school kit")
        verbose_name_plural = _("hand-overs of school kits")
        constraints = [
            models.UniqueConstraint(fields=["kit"], name="kit_is_handed_over_once"),
            models.UniqueConstraint(
                fields=["campaign", "child"], condition=Q(returned_at=None), name="child_has_one_kit_of_a_campaign"
            ),
            models.UniqueConstraint(
                fields=["campaign", "child_key"],
                condition=Q(returned_at=None),
                name="name_and_birth_date_have_one_kit_of_a_campaign",
            ),
            models.UniqueConstraint(
                fields=["campaign", "child", "is_replacement"], name="kit_of_a_child_is_replaced_once"
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None, reason="") | Q(returned_at__isnull=False) & ~Q(reason=""),
                name="returned_kit_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(received_by=F("child")), name="kit_is_received_by_a_guardian_not_the_child"
            ),
        ]
        indexes = [
            models.Index(fields=["station", "-at"], name="handover_of_station"),
            models.Index(fields=["child"], name="handover_of_child"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

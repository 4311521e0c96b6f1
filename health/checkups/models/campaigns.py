"""A campaign of a clinic that a county pays for, and its days, each at a station."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.money import Money
from health.checkups.models.packages import CheckupPackage
from health.hospitals.models import HOSPITAL_ROLES, Hospital, staffed_by
from scheduling.calendars.models import Session
from stations.accounts.models import User
from stations.network.models import Station
from stations.scope import posts_granting

READ_CAMPAIGN, READ_DAY, READ_ROSTER = (
    "health.read_checkup_campaign",
    "health.read_checkup_day",
    "health.read_checkup_roster",
)
ARRIVE = "health.record_checkup_arrival"


def at_station_or_clinic(user: Any, verb: str, *, station: str, clinic: str) -> Q:
    """Rows of the reader's own station; for the staff of a clinic those of the clinic."""
    posts = [post for post in posts_granting(user, verb) if post.role not in HOSPITAL_ROLES]
    stations = [post.station_id for post in posts if post.reach == "station"]
    return Q(**{f"{station}__in": stations}) | staffed_by(user, verb, clinic)


class CampaignQuerySet(models.QuerySet["Campaign"]):
    read_verb = READ_CAMPAIGN

    def open_to(self, user: User, verb: str) -> Self:
        """Those of the own clinics; for the county, those of its clinics."""
        reach = staffed_by(user, verb, "clinic")
        for post in posts_granting(user, verb):
            if post.reach == "network":
                return self.all()
            if post.role not in HOSPITAL_ROLES and post.reach == "region":
                reach |= Q(clinic__division__path__startswith=post.division_path)
        return self.filter(reach)


class Campaign(BaseModel):
    """Check-ups of a package by a clinic, `[from_date, to_date]` of its zone. `number` begins each bar code.

    The county pays `price_minor` for each one that is completed, out of `budget_minor`: nobody is put on a list whose
    check-up the budget does not pay. Amounts are minor units of `currency`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=6, unique=True)
    name = LineField(_("name"), max_length=80)
    package = models.ForeignKey(CheckupPackage, models.PROTECT, related_name="+", verbose_name=_("package"))
    clinic = models.ForeignKey(Hospital, models.PROTECT, related_name="+", verbose_name=_("clinic"))
    laboratory = models.CharField(_("laboratory"), max_length=20, blank=True)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"))
    price_minor = models.BigIntegerField(_("price of a check-up"))
    budget_minor = models.BigIntegerField(_("budget"))
    currency = CurrencyField(_("currency"))
    ordered = models.PositiveIntegerField(_("on the lists"), default=0, editable=False)
    next_serial = models.PositiveIntegerField(default=1, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"))

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-up campaign")
        verbose_name_plural = _("check-up campaigns")
        constraints = [
            models.CheckConstraint(condition=Q(to_date__gte=F("from_date")), name="campaign_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(price_minor__gt=0, budget_minor__gte=F("ordered") * F("price_minor")),
                name="campaign_orders_no_more_than_its_budget_pays",
            ),
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9]{6}$"), name="campaign_number_has_six_digits"),
        ]
        indexes = [models.Index(fields=["clinic", "-from_date"], name="campaign_of_clinic")]

    def __str__(self) -> str:
        return self.number

    @property
    def price(self) -> Money:
        """For each check-up that is completed."""
        return Money(self.price_minor, self.currency)

    @property
    def budget(self) -> Money:
        """What the county gives."""
        return Money(self.budget_minor, self.currency)


class DayQuerySet(models.QuerySet["CheckupDay"]):
    read_verb = READ_DAY

    def open_to(self, user: User, verb: str) -> Self:
        """Those at the own station, without values; for the staff of the clinic all of the clinic."""
        return self.filter(at_station_or_clinic(user, verb, station="station", clinic="campaign__clinic"))


class CheckupDay(BaseModel):
    """A day of a campaign at a station. Its session is cut into half-hours, in each of which some residents come."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="days", verbose_name=_("campaign"))
    station = models.ForeignKey(Station, models.PROTECT, related_name="+", verbose_name=_("station"))
    session = models.OneToOneField(Session, models.PROTECT, related_name="+", verbose_name=_("session"))
    local_date = models.DateField(_("day"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )

    objects = DayQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("health", "check-up day")
        verbose_name_plural = pgettext_lazy("health", "check-up days")
        indexes = [
            models.Index(fields=["campaign", "local_date"], name="checkup_day_of_campaign"),
            models.Index(fields=["station", "local_date"], name="checkup_day_of_station"),
        ]

    def __str__(self) -> str:
        return f"{self.local_date} {self.station_id}"

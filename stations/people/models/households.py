"""Households: who lives together, and who did."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, uuid7
from stations.scope import StationScopedQuerySet


class HouseholdQuerySet(StationScopedQuerySet):
    station_path = "home_station"
    read_verb = "stations.read_person"


class Household(BaseModel):
    """People who live together; the head is a living member."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True)
    village = models.ForeignKey("stations.Division", models.PROTECT, related_name="+")
    address_line = LineField(_("address"), max_length=200, blank=True)
    house_number = LineField(_("house number"), max_length=20, blank=True)
    head = models.ForeignKey("stations.Person", models.PROTECT, null=True, blank=True, related_name="+")
    home_station = models.ForeignKey("stations.Station", models.PROTECT, related_name="households")
    formed_date = models.DateField(_("formed"))
    dissolved_date = models.DateField(_("dissolved"), null=True, blank=True)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        constraints = [
            models.CheckConstraint(
                condition=Q(dissolved_date=None) | Q(dissolved_date__gte=F("formed_date")),
                name="household_dissolves_after_it_forms",
            ),
        ]
        indexes = [models.Index(fields=["village"], name="household_of_village")]

    def __str__(self) -> str:
        return self.number


class Membership(BaseModel):
    """Who belonged to which household, from when to when."""

    class Relation(models.TextChoices):
        HEAD = "head", _("head of household")
        SPOUSE = "spouse", _("spouse")
        CHILD = "child", _("child")
        PARENT = "parent", _("parent")
        GRANDCHILD = "grandchild", _("grandchild")
        OTHER = "other", _("other")

    person = models.ForeignKey("stations.Person", models.CASCADE, related_name="memberships")
    household = models.ForeignKey(Household, models.CASCADE, related_name="memberships")
    relation = models.CharField(_("relation"), max_length=12, choices=Relation)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(to_date=None), name="person_has_one_open_membership"
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gte=F("from_date")), name="membership_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.relation}"

"""What the villager may be charged for a service."""

import datetime as dt
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.money import Money
from core.web.ranges import DateSpan
from stations.accounts.models import User
from stations.scope import NetworkScopedQuerySet, posts_granting


class TariffQuerySet(NetworkScopedQuerySet):
    """Prices hang on the wall of every station: the one who works anywhere reads all of them, the network sets them."""

    read_verb = "finance.read_tariff"

    def open_to(self, user: User, verb: str) -> Self:
        """All of them to read, for any post that carries the verb; to change, for a post of the network."""
        if verb == self.read_verb and posts_granting(user, verb):
            return self
        return super().open_to(user, verb)

    def around(self, tariff: "Tariff") -> Self:
        """Those of the same service, currency and place."""
        return self.filter(service=tariff.service, currency=tariff.currency, division=tariff.division_id)


class Tariff(BaseModel):
    """What the villager may be charged for a service, from one date to another."""

    class Kind(models.TextChoices):
        FLAT = "flat", _("flat")
        PERCENT = "percent", _("percent")

    class State(models.TextChoices):
        COMING = "coming", _("from a later day")
        IN_FORCE = "in_force", _("in force")
        PAST = "past", _("over")

    class Act(models.TextChoices):
        SET = "set", _("set")
        FOLLOWED = "followed", _("followed by another price")
        ENDED = "ended", _("ended")
        WITHDRAWN = "withdrawn", _("withdrawn")

    service = models.CharField(_("service"), max_length=60)
    division = models.ForeignKey("stations.Division", models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    value = models.BigIntegerField(_("basis points or minor units"))
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    cap_minor = models.BigIntegerField(_("at most"), null=True, blank=True)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    objects = TariffQuerySet.as_manager()

    class Meta:
        verbose_name = _("tariff")
        verbose_name_plural = _("tariffs")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="flat", value__gte=0) | Q(kind="percent", value__gte=0, value__lte=10_000),
                name="tariff_percent_is_at_most_the_whole",
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="tariff_ends_after_it_begins"
            ),
            ExclusionConstraint(
                name="service_has_one_tariff_at_a_place_and_date",
                expressions=[
                    (F("service"), RangeOperators.EQUAL),
                    (F("currency"), RangeOperators.EQUAL),
                    (Coalesce(F("division"), 0), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.service

    @property
    def cap(self) -> Money | None:
        """The most that is charged."""
        return None if self.cap_minor is None else Money(self.cap_minor, self.currency)

    def state_on(self, date: dt.date) -> "Tariff.State":
        """Whether it holds on a date, before it begins, or after its end."""
        if date < self.from_date:
            return self.State.COMING
        return self.State.IN_FORCE if self.to_date is None or date < self.to_date else self.State.PAST

"""The clock of cash that lies too long: since when it is due, and who was told on which day."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.money import Money
from stations.accounts.models import Role
from stations.scope import StationScopedQuerySet


class CashDueQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_cash_day"

    def standing(self) -> Self:
        """Those whose cash still lies there."""
        return self.filter(cleared_date=None)


class CashDue(BaseModel):
    """Cash of a drawer that should be brought to the county; one at a time stands for a station and currency."""

    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="cash_dues")
    currency = models.CharField(_("currency"), max_length=3)
    oldest_date = models.DateField(_("oldest cash from"))
    due_date = models.DateField(_("due since"))
    held_minor = models.BigIntegerField(_("in the till"))
    cleared_date = models.DateField(_("brought on"), null=True, blank=True)

    objects = CashDueQuerySet.as_manager()

    class Meta:
        verbose_name = _("cash that is due")
        verbose_name_plural = _("cash that is due")
        constraints = [
            models.UniqueConstraint(
                fields=["station", "currency"], condition=Q(cleared_date=None), name="till_has_one_cash_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.due_date}"

    @property
    def held(self) -> Money:
        """What the drawer held when it was looked at last."""
        return Money(self.held_minor, self.currency)


class CashDueNotice(BaseModel):
    """Who was told of it, on which day."""

    due = models.ForeignKey(CashDue, models.CASCADE, related_name="notices")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    told_date = models.DateField(_("informed on"))

    class Meta:
        verbose_name = _("cash-due notice")
        verbose_name_plural = _("cash-due notices")
        constraints = [models.UniqueConstraint(fields=["due", "role"], name="cash_due_is_told_once_to_a_role")]

    def __str__(self) -> str:
        return f"{self.role} {self.told_date}"

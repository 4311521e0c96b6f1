"""Cash that is gone: stolen, burnt, lost on the way. It is charged to nobody."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, WordsField, uuid7
from core.money import Money
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class LossCaseQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_loss_case"


class LossCase(BaseModel):
    """A loss with its report to the police and the insurer; two people of finance close it."""

    class Kind(models.TextChoices):
        ROBBERY = "robbery", _("robbery or theft")
        FIRE = "fire", _("fire or water")
        LOST_REMITTANCE = "lost_remittance", _("cash lost in transit")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("loss", "open")
        CLOSED = "closed", pgettext_lazy("loss", "closed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="loss_cases")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    remittance = models.OneToOneField(
        "finance.Remittance", models.PROTECT, null=True, blank=True, related_name="loss_case"
    )
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField(_("amount"))
    insured_minor = models.BigIntegerField(_("paid by the insurer"), default=0)
    currency = models.CharField(_("currency"), max_length=3)
    police_number = LineField(_("number of the police report"), max_length=40, blank=True)
    insurer = LineField(_("insurer"), max_length=80, blank=True)
    text = WordsField(_("what happened"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(_("reported at"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("requested at"), null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    files = models.ManyToManyField("core.StoredFile", blank=True, related_name="+")

    objects = LossCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("loss")
        verbose_name_plural = _("losses")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="loss_is_of_an_amount"),
            models.CheckConstraint(
                condition=Q(insured_minor__gte=0, insured_minor__lte=F("amount_minor")),
                name="insurer_pays_at_most_the_loss",
            ),
            models.CheckConstraint(
                condition=Q(kind="lost_remittance", remittance__isnull=False)
                | (~Q(kind="lost_remittance") & Q(remittance=None)),
                name="loss_names_the_remittance_that_was_lost",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", asked_by__isnull=False, closed_by__isnull=False, closed_at__isnull=False)
                | Q(status="open", closed_by=None, closed_at=None),
                name="loss_is_closed_by_somebody_exactly_when_closed",
            ),
            TwoPersons(
                checker="closed_by",
                makers=("asked_by", "reported_by"),
                name="loss_is_closed_by_who_neither_reported_nor_asked",
            ),
        ]
        indexes = [models.Index(fields=["station"], condition=Q(status="open"), name="loss_open")]

    def __str__(self) -> str:
        return f"{self.station_id} {self.kind}"

    @property
    def amount(self) -> Money:
        """What is gone."""
        return Money(self.amount_minor, self.currency)

    @property
    def insured(self) -> Money:
        """What of it the insurer has paid."""
        return Money(self.insured_minor, self.currency)

    @property
    def rest(self) -> Money:
        """What the company bears in the end."""
        return self.amount - self.insured

"""A family says that a claim was declined wrongly; somebody who took no part judges."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import WordsField, uuid7
from finance.insurance.models.claims import Claim
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


def _part(name: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=name
    )


class AppealQuerySet(StationScopedQuerySet):
    station_path = "claim__station"
    read_verb = "finance.read_claim"


class Appeal(BaseModel):
    """One appeal of one declined claim. Who took part in the claim stands here too, so that none of them judges."""

    class Status(models.TextChoices):
        FILED = "filed", _("filed")
        ASSIGNED = "assigned", _("with the judge")
        UPHELD = "upheld", pgettext_lazy("appeal", "stays declined")
        RESTORED = "restored", pgettext_lazy("appeal", "looked at anew")

    OPEN = (Status.FILED, Status.ASSIGNED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    claim = models.OneToOneField(Claim, models.PROTECT, related_name="appeal", verbose_name=_("claim"))
    words = WordsField(_("in the family's words"), max_length=500)
    photos = models.ManyToManyField("core.StoredFile", related_name="+", blank=True, verbose_name=_("photos"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.FILED)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("filed by"))
    filed_at = models.DateTimeField(_("filed at"))
    decide_by_date = models.DateField(_("to be decided by"))
    claim_filer = _part(_("filed the claim"))
    claim_assessor = _part(_("assessed the claim"))
    claim_decider = _part(_("decided the claim"))
    judge = _part(_("judge"))
    outcome_words = WordsField(_("answer"), max_length=500, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            TwoPersons(
                checker="judge",
                makers=("claim_filer", "claim_assessor", "claim_decider", "filed_by"),
                name="appeal_is_judged_by_somebody_who_took_no_part",
            ),
            models.CheckConstraint(
                condition=Q(status="filed", judge=None) | (~Q(status="filed") & Q(judge__isnull=False)),
                name="assigned_appeal_has_its_judge",
            ),
            models.CheckConstraint(
                condition=(Q(status__in=["upheld", "restored"], decided_at__isnull=False) & ~Q(outcome_words=""))
                | (~Q(status__in=["upheld", "restored"]) & Q(decided_at=None, outcome_words="")),
                name="decided_appeal_has_its_answer",
            ),
        ]
        indexes = [models.Index(fields=["status", "decide_by_date"], name="appeal_by_deadline")]

    def __str__(self) -> str:
        return f"{self.status} {self.claim_id}"

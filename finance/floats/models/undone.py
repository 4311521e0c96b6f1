"""Top-ups that were wrong, and how the money went back to the bank line it came with."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField
from finance.floats.models.floats import FloatTopUp
from stations.two_persons import TwoPersons


class TopUpUndo(BaseModel):
    """One person asks with a reason, another one undoes it; `transfer` took back what had been added to the float."""

    topup = models.OneToOneField(FloatTopUp, models.PROTECT, related_name="undo", verbose_name=_("float top-up"))
    bank_line = models.ForeignKey(
        "finance.BankStatementLine", models.PROTECT, related_name="+", verbose_name=_("bank line")
    )
    reason = LineField(_("reason"), max_length=200)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("requested at"))
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    transfer = models.OneToOneField("ledger.TransferKey", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("undone top-up")
        verbose_name_plural = _("undone top-ups")
        constraints = [
            TwoPersons(checker="done_by", makers=("asked_by",), name="topup_is_undone_by_another_person_than_asked"),
            models.CheckConstraint(
                condition=Q(done_by=None, done_at=None, transfer=None)
                | Q(done_by__isnull=False, done_at__isnull=False),
                name="topup_undo_says_who_did_it_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topup_id}"

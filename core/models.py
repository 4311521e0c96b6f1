"""Table of contents: every noun of the ground floor, and the history that all objects share."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.datakeys.models import DataKey
from core.events.models import Event
from core.fields import WordsField
from core.files.models import StoredFile
from core.gateways.models import Callback, DailyFile, DailyFilePiece, InboundMessage, Instruction, Provider, UsedNonce
from core.jobs.models import Job
from core.keys.models import RequestKey
from core.notices.models import Notice


class StatusChange(BaseModel):
    """One arrow that one object took: append-only, refused to UPDATE and DELETE by trigger."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64)
    old = models.CharField(_("from"), max_length=40, blank=True)
    new = models.CharField(_("to"), max_length=40)
    actor_kind = models.CharField(_("made by"), max_length=10)
    actor = models.UUIDField(null=True, blank=True)
    reason = WordsField(_("reason"), blank=True)
    at = models.DateTimeField(_("at"))
    key = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(actor_kind__in=["person", "system", "provider", "staff"]),
                name="status_change_names_a_kind_of_actor",
            ),
        ]
        indexes = [models.Index(fields=["content_type", "object_id", "at"], name="status_change_of_object")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"

"""The outbox."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel


class Event(BaseModel):
    """A fact that other apps may react to. Written in the same transaction as the change it reports.

    The payload holds ids, codes, instants and amounts with currency; never a name, phone, text or diagnosis.
    """

    name = models.CharField(max_length=60)
    payload = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["name", "created_at"], name="event_by_name"),
            models.Index(fields=["created_at"], name="event_by_age"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"

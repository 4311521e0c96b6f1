"""The record of a request that was sent with a key."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel


class RequestKey(BaseModel):
    """One write from outside: who, which operation, which key, what was asked, what was answered.

    Written in the transaction of its effect, so that a key without an answer never exists. Kept 90 days; money rows
    have unique keys of their own, kept for ever.
    """

    person = models.CharField(max_length=64)
    operation = models.CharField(max_length=200)
    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()

    class Meta:
        verbose_name = _("request key")
        verbose_name_plural = _("request keys")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "operation", "key"], name="request_key_unique_per_person_and_operation"
            ),
            models.CheckConstraint(
                condition=Q(status__gte=200, status__lt=600), name="request_key_has_the_status_of_an_answer"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="request_key_created")]

    def __str__(self) -> str:
        return f"{self.operation} {self.key}"

"""Seals over the access log: what was written down can neither be changed nor taken away unnoticed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel


class AccessSeal(BaseModel):
    """A SHA-256 over the rows of the access log of one hour (UTC), chained to that of the hour before. Append-only.

    It covers the rows whose ids are above `after_id` and not above `last_id`; of an hour without rows both are equal.
    """

    hour = models.DateTimeField(_("hour"), unique=True)
    after_id = models.BigIntegerField(_("after row"))
    last_id = models.BigIntegerField(_("last row"))
    row_count = models.PositiveIntegerField(_("rows"))
    digest = models.CharField(_("digest (SHA-256)"), max_length=64)
    previous_digest = models.CharField(_("SHA-256 of the hour before"), max_length=64, blank=True)
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        verbose_name = _("seal over the access log")
        verbose_name_plural = _("seals over the access log")
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="seal_has_a_digest"),
            models.CheckConstraint(condition=Q(last_id__gte=F("after_id")), name="seal_ends_after_it_begins"),
            models.UniqueConstraint(fields=["previous_digest"], name="each_seal_has_one_next_seal"),
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%dT%H}Z"


class AccessSealCheck(BaseModel):
    """One pass over the seals: how many were calculated again, and the hours that are wrong. Append-only."""

    at = models.DateTimeField(_("at"))
    checked = models.PositiveIntegerField(_("seals checked"))
    wrong = models.JSONField(_("what is wrong"), default=list)
    wrong_count = models.PositiveIntegerField(_("hours that are wrong"), default=0)

    class Meta:
        verbose_name = _("check of the access log")
        verbose_name_plural = _("checks of the access log")
        indexes = [models.Index(fields=["-at"], name="check_of_access_log_latest")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"

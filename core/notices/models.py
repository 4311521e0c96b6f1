"""Messages to people."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel


class Notice(BaseModel):
    """One message to one person: shown in the console, and sent as SMS where a phone is known.

    `template` names a text (`core/notices/templates.py`); `params` holds what fills it, never health or child data.
    Codes stand encrypted in `secrets_cipher`, and only until the message has arrived. `use_by`: later it is not sent.
    `zone` is where the reader sleeps.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("not delivered")
        MISSED = "missed", _("too late, not sent")
        SHOWN = "shown", _("in the console only")

    user = models.UUIDField(null=True, blank=True)
    phone_cipher = models.BinaryField(null=True, blank=True)
    phone_key_no = models.PositiveSmallIntegerField(null=True, blank=True)
    phone_tail = models.CharField(_("phone, last digits"), max_length=4, blank=True)
    language = models.CharField(_("language"), max_length=16)
    template = models.CharField(_("template"), max_length=60)
    params = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    secrets_cipher = models.BinaryField(null=True, blank=True)
    secrets_key_no = models.PositiveSmallIntegerField(null=True, blank=True)
    zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    link = models.CharField(_("link"), max_length=200, blank=True)
    dedupe_key = models.CharField(max_length=160, unique=True)
    send_at = models.DateTimeField(_("send at"))
    use_by = models.DateTimeField(_("use by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State)
    our_ref = models.UUIDField(null=True, blank=True, unique=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(phone_cipher__isnull=False), name="notice_has_a_reader"
            ),
            models.CheckConstraint(
                condition=Q(phone_cipher=None, phone_key_no=None)
                | Q(phone_cipher__isnull=False, phone_key_no__isnull=False),
                name="notice_phone_is_encrypted",
            ),
            models.CheckConstraint(
                condition=Q(secrets_cipher=None, secrets_key_no=None)
                | Q(secrets_cipher__isnull=False, secrets_key_no__isnull=False),
                name="notice_secrets_are_encrypted",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent"]) | Q(secrets_cipher=None),
                name="notice_keeps_secrets_only_under_way",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["waiting", "sent", "delivered"]) | Q(phone_cipher__isnull=False),
                name="notice_has_a_phone_when_it_travels",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="notice_by_age"),
            models.Index(fields=["user", "-id"], name="notice_of_user"),
            models.Index(fields=["user"], condition=Q(read_at=None, user__isnull=False), name="notice_unread"),
            models.Index(fields=["use_by"], condition=Q(state="waiting", use_by__isnull=False), name="notice_late"),
            models.Index(fields=["send_at"], condition=Q(secrets_cipher__isnull=False), name="notice_with_secrets"),
        ]

    def __str__(self) -> str:
        return f"{self.template} #{self.pk}"

"""Providers, our instructions to them, and their messages."""

import datetime as dt
from zoneinfo import available_timezones

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.language.formatting import in_chinese


def refuse_unknown_zone(value: str) -> None:
    """A validator: an IANA zone that this machine knows."""
    if value not in available_timezones():
        raise ValidationError(_("No such time zone."), code="unknown_zone")


class Provider(BaseModel):
    """A company that executes something for us. Its address and secret come from the environment by name.

    `ECOMNET_PROVIDER_<CODE>_URL` and the variable named in `secret_name`; neither is stored.
    """

    class Breaker(models.TextChoices):
        CLOSED = "closed", _("in service")
        OPEN = "open", _("stopped after failures")
        HALF_OPEN = "half_open", _("being tried")

    code = models.CharField(
        _("code"), max_length=20, unique=True, validators=[RegexValidator(r"^[A-Z0-9]+(-[A-Z0-9]+)*$")]
    )
    name = LineField(_("name"), max_length=80)
    name_zh = LineField(_("name in Chinese"), max_length=80, blank=True)
    key_id = models.CharField(_("key id"), max_length=40, validators=[RegexValidator(r"^[A-Za-z0-9._-]+$")])
    secret_name = models.CharField(
        _("variable that holds the secret"),
        max_length=60,
        validators=[RegexValidator(r"^ECOMNET_PROVIDER_[A-Z0-9_]+_SECRET$")],
        help_text=_("The name of the variable, never the secret itself: ECOMNET_PROVIDER_…_SECRET."),
    )
    country = models.CharField(
        _("country"), max_length=2, default="CN", help_text=_("The country whose book holds its money.")
    )
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    time_zone = models.CharField(
        _("time zone"), max_length=40, default="Asia/Shanghai", validators=[refuse_unknown_zone]
    )
    file_time = models.TimeField(
        _("daily file arrives at"),
        null=True,
        blank=True,
        default=dt.time(6, 0),
        help_text=_("Empty: it sends no files."),
    )
    prefund_alarm_minor = models.BigIntegerField(
        _("balance below which finance is alerted"), null=True, blank=True, help_text=_("Empty: no alert.")
    )
    prefund_min_minor = models.BigIntegerField(
        _("minimum balance"), null=True, blank=True, help_text=_("Below this, nothing is sold through this company.")
    )
    balance_minor = models.BigIntegerField(_("balance that we hold there"), null=True, blank=True)
    balance_at = models.DateTimeField(_("balance as of"), null=True, blank=True)
    alarmed_at = models.DateTimeField(_("finance alerted at"), null=True, blank=True)
    refused_minor = models.BigIntegerField(
        _("amount refused for lack of balance"),
        null=True,
        blank=True,
        help_text=_("Nothing is sold through this company until the balance covers it."),
    )
    breaker = models.CharField(_("breaker"), max_length=10, choices=Breaker, default=Breaker.CLOSED)
    breaker_failed_at = ArrayField(models.DateTimeField(), default=list, blank=True)
    breaker_opened_at = models.DateTimeField(_("stopped at"), null=True, blank=True)

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        constraints = [
            models.CheckConstraint(
                condition=Q(breaker="closed", breaker_opened_at=None)
                | (~Q(breaker="closed") & Q(breaker_opened_at__isnull=False)),
                name="breaker_has_opening_exactly_when_not_closed",
            ),
            models.CheckConstraint(
                condition=Q(prefund_alarm_minor=None)
                | Q(prefund_min_minor=None)
                | Q(prefund_alarm_minor__gte=F("prefund_min_minor")),
                name="prefund_alarm_is_not_below_the_least_balance",
            ),
            models.CheckConstraint(
                condition=Q(balance_minor=None, balance_at=None)
                | Q(balance_minor__isnull=False, balance_at__isnull=False),
                name="provider_balance_has_its_instant",
            ),
            # The target of the composite foreign keys of billers and operators.
            models.UniqueConstraint(fields=["id", "country", "currency"], name="provider_country_and_currency_are_one"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def asks_for_balance(self) -> bool:
        """Whether its balance means anything to us."""
        return not (self.prefund_alarm_minor is None and self.prefund_min_minor is None and self.refused_minor is None)

    @property
    def prefund_is_low(self) -> bool:
        """Whether what we hold there covers no more orders, as far as we know."""
        if self.balance_minor is None or self.prefund_min_minor is None:
            return self.refused_minor is not None
        return self.refused_minor is not None or self.balance_minor < self.prefund_min_minor

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name_zh if self.name_zh and in_chinese() else self.name


class Instruction(BaseModel):
    """Something we ask of a provider, committed before the call, so that no death can lose it."""

    class Kind(models.TextChoices):
        FETCH = "fetch", _("bill fetch")
        BILL = "bill", _("bill payment")
        RECHARGE = "recharge", _("recharge")
        REFUND = "refund", _("refund")
        COLLECTION = "collection", _("collection")
        PAYOUT = "payout", _("payout")
        PAYOUT_FILE = "payout_file", _("payout file")
        REVERSAL = "reversal", _("reversal")
        MESSAGE = "message", _("message")
        REGISTRATION = "registration", _("registration with a hospital")
        RELEASE = "release", _("release of a registration")

    class State(models.TextChoices):
        """`answered`: they have it and are not done; `settled`: nothing is left to ask."""

        COMMITTED = "committed", _("recorded")
        SENT = "sent", _("sent")
        ANSWERED = "answered", _("answered, not decided")
        UNKNOWN = "unknown", _("no answer")
        SETTLED = "settled", _("settled")

    our_ref = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="instructions")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    path = models.CharField(_("path"), max_length=80)
    request = models.JSONField(_("request"))
    request_hash = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.COMMITTED)
    outcome = models.CharField(
        _("outcome"),
        max_length=12,
        blank=True,
        help_text=_("succeeded, pending, failed, reversed, withdrawn, or a fetch's result."),
    )
    answer = models.JSONField(_("answer"), null=True, blank=True)
    provider_ref = models.CharField(_("provider's reference"), max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    enquiries = models.PositiveSmallIntegerField(_("enquiries"), default=0)
    not_found_since = models.DateTimeField(_("not found since"), null=True, blank=True)
    not_found_count = models.PositiveSmallIntegerField(default=0)
    cutoff_at = models.DateTimeField(_("cut-off"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    next_enquiry_at = models.DateTimeField(_("next enquiry at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("instruction")
        verbose_name_plural = _("instructions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "settled"]) | Q(answered_at__isnull=False),
                name="instruction_has_an_answer_when_answered",
            ),
            models.CheckConstraint(
                condition=~Q(state="settled") | (Q(next_enquiry_at=None) & ~Q(outcome="")),
                name="instruction_has_an_end_when_settled",
            ),
        ]
        indexes = [
            BrinIndex(fields=["answered_at"], pages_per_range=32, autosummarize=True, name="instruction_by_answer"),
            models.Index(
                fields=["next_enquiry_at"], condition=Q(next_enquiry_at__isnull=False), name="instruction_to_enquire"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.our_ref}"


class Callback(BaseModel):
    """A message of a provider, stored raw before anything is made of it, once per event id."""

    class State(models.TextChoices):
        STORED = "stored", _("stored")
        APPLIED = "applied", _("applied")
        IGNORED = "ignored", _("nothing new")
        CONTRADICTS = "contradicts", _("contradicts a final result")

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="callbacks")
    event_id = models.CharField(_("event"), max_length=80)
    event_type = models.CharField(_("type"), max_length=40)
    our_ref = models.CharField(_("our reference"), max_length=64, blank=True)
    headers = models.JSONField(_("headers"))
    body = models.BinaryField(_("body"))
    received_at = models.DateTimeField(_("received at"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.STORED)
    note = models.CharField(_("note"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="callback_stands_once_per_event"),
        ]
        indexes = [
            models.Index(fields=["our_ref"], name="callback_by_reference"),
            models.Index(fields=["received_at"], name="callback_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.event_id}"


class InboundMessage(BaseModel):
    """A message that somebody has sent us through a provider, once per message id; the phone is encrypted."""

    class State(models.TextChoices):
        STORED = "stored", _("stored")
        APPLIED = "applied", _("applied")
        IGNORED = "ignored", _("nothing new")

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="inbound_messages")
    message_id = models.CharField(_("message"), max_length=80)
    phone_cipher = models.BinaryField()
    phone_key_no = models.PositiveSmallIntegerField()
    phone_tail = models.CharField(_("phone, last digits"), max_length=4)
    word = models.CharField(_("first word"), max_length=20, blank=True)
    received_at = models.DateTimeField(_("received at"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.STORED)

    class Meta:
        verbose_name = _("inbound message")
        verbose_name_plural = _("inbound messages")
        constraints = [
            models.UniqueConstraint(fields=["provider", "message_id"], name="inbound_message_stands_once"),
        ]
        indexes = [models.Index(fields=["received_at"], name="inbound_message_by_age")]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.message_id}"


class UsedNonce(BaseModel):
    """A nonce of a provider's signed message; the same one within ten minutes is a replay."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=64)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "nonce"], name="nonce_is_used_once")]
        indexes = [models.Index(fields=["used_at"], name="nonce_by_age")]

    def __str__(self) -> str:
        return self.nonce


class DailyFile(BaseModel):
    """A provider's file of one day, raw, as it came; its bytes are its pieces."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="daily_files")
    file_date = models.DateField(_("file date"))
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField(_("bytes"))
    received_at = models.DateTimeField(_("received at"))
    refusal = models.CharField(_("refused because"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("daily file")
        verbose_name_plural = _("daily files")
        indexes = [
            models.Index(fields=["provider", "file_date"], name="daily_file_of_day"),
            models.Index(fields=["received_at"], name="daily_file_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.file_date}"


class DailyFilePiece(models.Model):
    """A megabyte of a daily file: a large one never stands in memory whole, neither ours nor the database's."""

    file = models.ForeignKey(DailyFile, models.CASCADE, related_name="pieces", db_index=False)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("piece of a daily file")
        verbose_name_plural = _("pieces of daily files")
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="daily_file_piece_stands_once")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.number}"

"""Premiums on their way to insurers: a statement of each month, its enrolments, and each try to pay it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, uuid7
from core.money import Money
from finance.insurance.models.bank_payments import BankPayment
from finance.insurance.models.funds import Insurer
from finance.insurance.models.policies import EnrolmentBatch
from stations.scope import NetworkScopedQuerySet
from stations.two_persons import TwoPersons

READ = "finance.read_premium"


class PremiumStatementQuerySet(NetworkScopedQuerySet):
    read_verb = READ


class PremiumStatement(BaseModel):
    """What an insurer gets of the premiums that funds paid until the end of a month: drawn up by one, sent by another.

    Amounts are minor units of the insurer's currency, the month is that of the insurer's country.
    """

    class Status(models.TextChoices):
        DRAWN = "drawn", pgettext_lazy("premium", "to be paid")
        SENT = "sent", _("with the bank")
        PAID = "paid", pgettext_lazy("claim", "paid")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=32, unique=True)
    insurer = models.ForeignKey(Insurer, models.PROTECT, related_name="statements", verbose_name=_("insurer"))
    month_date = models.DateField(_("month"))
    policies = models.PositiveIntegerField(_("policies"))
    amount_minor = models.BigIntegerField(_("amount"))
    currency = CurrencyField(_("currency"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.DRAWN)
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"))
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sent by")
    )
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)

    objects = PremiumStatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement of premiums")
        verbose_name_plural = _("statements of premiums")
        constraints = [
            models.UniqueConstraint(fields=["insurer", "month_date"], name="premiums_of_a_month_are_stated_once"),
            TwoPersons(checker="sender", makers=("maker",), name="premiums_are_sent_by_another_person"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, policies__gt=0), name="statement_of_premiums_is_of_an_amount"
            ),
            models.CheckConstraint(
                condition=Q(status="drawn", sender=None) | (~Q(status="drawn") & Q(sender__isnull=False)),
                name="premiums_are_sent_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status="paid", paid_at__isnull=False) | (~Q(status="paid") & Q(paid_at=None)),
                name="paid_premiums_have_their_time",
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="premiums_by_status")]

    def __str__(self) -> str:
        return self.number

    @property
    def amount(self) -> Money:
        """What the insurer gets."""
        return Money(self.amount_minor, self.currency)


class PremiumLineQuerySet(NetworkScopedQuerySet):
    read_verb = READ


class PremiumLine(BaseModel):
    """The premiums of one enrolment on one statement. Append-only; an enrolment stands on one statement."""

    statement = models.ForeignKey(
        PremiumStatement, models.PROTECT, related_name="lines", verbose_name=_("statement of premiums")
    )
    batch = models.OneToOneField(
        EnrolmentBatch, models.PROTECT, related_name="premium_line", verbose_name=_("enrolment")
    )
    policies = models.PositiveIntegerField(_("policies"))
    amount_minor = models.BigIntegerField(_("amount"))
    currency = CurrencyField(_("currency"))

    objects = PremiumLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a statement of premiums")
        verbose_name_plural = _("lines of statements of premiums")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0, policies__gt=0), name="premium_line_is_an_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.amount_minor}"

    @property
    def amount(self) -> Money:
        """The premiums of the enrolment."""
        return Money(self.amount_minor, self.currency)


class PremiumPaymentQuerySet(NetworkScopedQuerySet):
    read_verb = READ


class PremiumPayment(BankPayment):
    """One try to pay a statement to the insurer's own bank account."""

    statement = models.ForeignKey(
        PremiumStatement, models.PROTECT, related_name="payments", verbose_name=_("statement of premiums")
    )
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sent by"))

    objects = PremiumPaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment of premiums")
        verbose_name_plural = _("payments of premiums")
        constraints = [
            models.UniqueConstraint(
                fields=["statement"], condition=Q(status__in=["sent", "paid"]), name="premiums_are_paid_once"
            ),
            models.CheckConstraint(
                condition=Q(status="sent", ended_at=None) | (~Q(status="sent") & Q(ended_at__isnull=False)),
                name="premium_payment_has_its_end",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="premium_payment_is_an_amount"),
        ]

"""Payments: one record for every service, so that there is one desk for every question."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.money import Money
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class PaymentQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_payment"

    def undecided(self) -> Self:
        """Those whose end nobody knows yet."""
        return self.filter(status__in=Payment.UNDECIDED)


class Payment(BaseModel):
    """Money taken from a villager for a service. `our_ref` is also the provider's reference, unique for ever."""

    class Purpose(models.TextChoices):
        BILL = "bill", _("bill")
        RECHARGE = "recharge", _("phone recharge")
        GOODS = "goods", _("goods")
        TRAVEL = "travel", _("travel")
        TOUR = "tour", _("tour")
        LOAN = "loan", _("loan")
        INSURANCE = "insurance", _("insurance")
        HEALTH = "health", _("health")
        PARCEL = "parcel", pgettext_lazy("payment", "parcel to the city")
        OTHER = "other", _("other")

    class Method(models.TextChoices):
        CASH = "cash", _("cash")
        ONLINE = "online", _("online")

    class Funding(models.TextChoices):
        FLOAT = "float", _("float")
        TILL = "till", _("till")
        ONLINE = "online", _("online")
        OWED = "owed", _("refunds")

    class Status(models.TextChoices):
        HELD = "held", _("reserved")
        SUBMITTED = "submitted", _("sent")
        PENDING = "pending", _("in progress at the company")
        UNKNOWN = "unknown", _("no answer yet")
        MANUAL_REVIEW = "manual_review", _("under review")
        SUCCEEDED = "succeeded", _("paid")
        FAILED = "failed", _("not paid")
        PARTIALLY_REFUNDED = "partially_refunded", _("partly refunded")
        REFUNDED = "refunded", _("refunded")
        REVERSAL_ASKED = "reversal_asked", _("recall requested")
        REVERSED = "reversed", _("reversed")

    UNDECIDED = (Status.HELD, Status.SUBMITTED, Status.PENDING, Status.UNKNOWN, Status.MANUAL_REVIEW)

    our_ref = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(
        max_length=160, help_text=_("Person, purpose and request key, unique forever: one press, one payment.")
    )
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    subject_ref = models.CharField(max_length=64, blank=True)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="payments")
    payer = models.ForeignKey("stations.Person", models.PROTECT, null=True, blank=True, related_name="payments")
    payer_phone = PhoneNumberField(_("payer's phone"), blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="payments_taken")
    method = models.CharField(_("method"), max_length=8, choices=Method)
    funding = models.CharField(_("funding"), max_length=8, choices=Funding)
    amount_minor = models.BigIntegerField(_("amount"))
    agent_fee_minor = models.BigIntegerField(_("agent fee"), default=0)
    total_minor = models.BigIntegerField(_("total"))
    currency = models.CharField(_("currency"), max_length=3)
    owed_minor = models.BigIntegerField(
        _("of which from a refund"), default=0, help_text=_("The rest of the total is cash.")
    )
    cash_given_minor = models.BigIntegerField(_("cash received"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status)
    hold_transfer = models.OneToOneField(
        "ledger.TransferKey", models.PROTECT, null=True, blank=True, related_name="held_payment"
    )
    taken_at = models.DateTimeField(_("received at"))
    made_at = models.DateTimeField(
        _("by the device's clock"),
        null=True,
        blank=True,
        help_text=_("For late cash from a device: the time the device claims."),
    )
    submitted_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    deadline_at = models.DateTimeField(_("decided by"), null=True, blank=True)
    cutoff_at = models.DateTimeField(_("cut-off"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    failure_code = models.CharField(_("failure"), max_length=40, blank=True)
    refunded_minor = models.BigIntegerField(default=0)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="one_press_is_one_payment"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_amount_is_positive"),
            models.CheckConstraint(condition=Q(agent_fee_minor__gte=0), name="payment_fee_is_not_negative"),
            models.CheckConstraint(
                condition=Q(total_minor=F("amount_minor") + F("agent_fee_minor")),
                name="payment_total_is_amount_plus_fee",
            ),
            models.CheckConstraint(
                condition=Q(owed_minor=0) | Q(funding="owed", owed_minor__gt=0, owed_minor__lte=F("total_minor")),
                name="payment_from_owed_money_is_at_most_the_total",
            ),
            models.CheckConstraint(
                condition=Q(cash_given_minor=None) | Q(cash_given_minor__gte=F("total_minor") - F("owed_minor")),
                name="payment_cash_given_covers_total",
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("total_minor")),
                name="payment_refunds_never_exceed_total",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["held", "submitted", "pending", "unknown", "manual_review"], finished_at=None)
                | (
                    ~Q(status__in=["held", "submitted", "pending", "unknown", "manual_review"])
                    & Q(finished_at__isnull=False)
                ),
                name="payment_has_finish_exactly_when_decided",
            ),
            models.CheckConstraint(
                condition=(Q(status="failed") & ~Q(failure_code="")) | (~Q(status="failed") & Q(failure_code="")),
                name="payment_has_failure_code_exactly_when_failed",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["submitted", "pending", "unknown", "manual_review"])
                | Q(submitted_at__isnull=False),
                name="payment_was_sent_before_it_is_unknown",
            ),
            models.CheckConstraint(
                condition=Q(method="cash", funding__in=["float", "till", "owed"])
                | Q(method="online", funding="online"),
                name="payment_funding_fits_method",
            ),
        ]
        indexes = [
            models.Index(fields=["station", "-our_ref"], name="payment_of_station"),
            models.Index(fields=["payer", "-our_ref"], name="payment_of_payer"),
            BrinIndex(fields=["taken_at"], autosummarize=True, name="payment_of_period"),
            models.Index(
                fields=["station", "submitted_at"],
                condition=Q(status__in=["held", "submitted", "pending", "unknown", "manual_review"]),
                name="payment_undecided",
            ),
        ]

    def __str__(self) -> str:
        return str(self.our_ref)

    @property
    def amount(self) -> Money:
        """What the service costs."""
        return Money(self.amount_minor, self.currency)

    @property
    def agent_fee(self) -> Money:
        """What the station may charge for it."""
        return Money(self.agent_fee_minor, self.currency)

    @property
    def total(self) -> Money:
        """What the villager pays."""
        return Money(self.total_minor, self.currency)

    @property
    def owed(self) -> Money:
        """What of the total was money owed back."""
        return Money(self.owed_minor, self.currency)

    @property
    def cash(self) -> Money:
        """What of the total is cash."""
        return self.total - self.owed

    @property
    def change(self) -> Money | None:
        """What the villager gets back of the cash given."""
        return None if self.cash_given_minor is None else Money(self.cash_given_minor, self.currency) - self.cash

    @property
    def is_undecided(self) -> bool:
        """Whether the end is not known yet."""
        return self.status in self.UNDECIDED


class PaymentDecision(BaseModel):
    """People say how a payment ended that no machine could decide, or that the company has taken a success back: one
    proposes with the evidence, another decides."""

    class Outcome(models.TextChoices):
        SUCCEEDED = "succeeded", _("paid")
        FAILED = "failed", _("not paid")
        REVERSED = "reversed", _("returned by the company")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        DECIDED = "decided", _("decided")

    #: What is said of a payment that nobody knows of, and of one that was paid.
    *ENDS, TAKEN_BACK = Outcome.choices

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="decisions")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    evidence = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    reason = LineField(_("reason"), max_length=300)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("manual decision")
        verbose_name_plural = _("manual decisions")
        constraints = [
            TwoPersons(checker="decided_by", makers=("proposed_by",), name="payment_is_decided_by_another_person"),
            models.CheckConstraint(
                condition=Q(status="decided", decided_by__isnull=False, decided_at__isnull=False)
                | Q(status="proposed", decided_by=None, decided_at=None),
                name="payment_decision_has_its_decider_exactly_when_decided",
            ),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(status="proposed"), name="payment_has_one_proposal_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["payment", "outcome"], condition=Q(status="decided"), name="payment_is_decided_so_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.outcome}"

    @property
    def is_open(self) -> bool:
        """Whether a second person has still to confirm it."""
        return self.status == self.Status.PROPOSED

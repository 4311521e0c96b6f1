"""Money owed back, and the calls that are made about it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.money import Money
from finance.payments.models.payments import Payment
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class RefundQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_refund"


class Refund(BaseModel):
    """Money owed back to a villager, until it is handed back or has paid the next bill."""

    class Reason(models.TextChoices):
        FAILED_PAYMENT = "failed_payment", _("the payment failed")
        REVERSED = "reversed", _("returned by the company")
        DUPLICATE_PAYMENT = "duplicate_payment", _("paid twice")
        LATE_PAYMENT = "late_payment", _("paid too late")
        CANCELLED = "cancelled", _("cancelled")
        RETURN = "return", _("returned")
        COMPENSATION = "compensation", _("compensation")
        GOODWILL = "goodwill", _("goodwill")
        PAYOUT = "payout", _("payout in cash")
        VARIANCE = "variance", _("surplus in the till")

    class Source(models.TextChoices):
        CUSTOMER_FUNDS = "customer_funds", _("cash")
        ONLINE = "online", _("online")

    class Notes(models.TextChoices):
        DRAWER = "drawer", _("from the drawer")
        OWN = "own", _("the partner's own cash")

    class Status(models.TextChoices):
        GRANTED = "granted", _("granted")
        READY_FOR_CASH = "ready_for_cash", _("ready to refund")
        LOCKED = "locked", _("locked: too many wrong codes")
        PAID_OUT = "paid_out", _("refunded in cash")
        SPENT = "spent", _("used for another payment")
        WENT_BACK = "went_back", _("went back to the account")
        PENDING = "pending", _("being refunded to the payer's account")
        SUCCEEDED = "succeeded", _("back on the payer's account")
        FAILED = "failed", _("did not arrive")

    class Proof(models.TextChoices):
        CODE = "code", _("code from the phone")
        SLIP = "slip", _("slip, witness and photo")
        DOCUMENT = "document", _("identity document, witness and photo")

    #: Still owed: nobody has the money yet.
    OWED = (Status.GRANTED, Status.READY_FOR_CASH, Status.LOCKED, Status.PENDING, Status.FAILED)
    #: Given beside what was paid; they do not count towards the total of the payment. What was found too much in a
    #: drawer is no part of what a payment took: that can be owed back as well.
    BESIDE = (Reason.COMPENSATION, Reason.GOODWILL, Reason.VARIANCE)
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(
        max_length=160, blank=True, default="", help_text=_("Unique forever: one cause, one refund.")
    )
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, blank=True, related_name="refunds")
    payout_line = models.OneToOneField(
        "finance.PayoutLine", models.PROTECT, null=True, blank=True, related_name="refund"
    )
    receiver = models.ForeignKey(
        "stations.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="refunds",
        help_text=_("Who gets it if no payment tells."),
    )
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="refunds")
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    source = models.CharField(_("source"), max_length=16, choices=Source)
    status = models.CharField(_("status"), max_length=16, choices=Status)
    notes = models.CharField(_("notes"), max_length=8, choices=Notes, blank=True)
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)
    code_hash = models.CharField(max_length=128, blank=True)
    code_sent_at = models.DateTimeField(_("code sent at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    codes_sent = models.PositiveSmallIntegerField(default=0)
    codes_sent_on = models.DateField(null=True, blank=True)
    expires_at = models.DateTimeField(_("code expires at"), null=True, blank=True)
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="refunds_paid"
    )
    paid_at_station = models.ForeignKey(
        "stations.Station", models.PROTECT, null=True, blank=True, related_name="refunds_paid"
    )
    paid_at = models.DateTimeField(_("refunded at"), null=True, blank=True)
    proof = models.CharField(_("against"), max_length=8, choices=Proof, blank=True)
    handed_to = models.ForeignKey("stations.Person", models.PROTECT, null=True, blank=True, related_name="+")
    witnessed_by = models.ForeignKey("stations.Person", models.PROTECT, null=True, blank=True, related_name="+")
    photo = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    transfer = models.OneToOneField(
        "ledger.TransferKey", models.PROTECT, null=True, blank=True, related_name="paid_refund"
    )
    spent_on = models.ForeignKey(Payment, models.PROTECT, null=True, blank=True, related_name="funded_by")
    our_ref = models.UUIDField(null=True, blank=True, unique=True, help_text=_("Of the newest online refund."))
    hold_transfer = models.OneToOneField(
        "ledger.TransferKey", models.PROTECT, null=True, blank=True, related_name="held_refund"
    )
    failure_code = models.CharField(_("failure"), max_length=40, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="one_cause_is_one_refund"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(reason="payout", payout_line__isnull=False, receiver__isnull=False, payment=None)
                | (~Q(reason="payout") & Q(payout_line=None) & ~Q(status="went_back")),
                name="refund_names_payout_and_receiver_exactly_when_paid_out_in_cash",
            ),
            models.CheckConstraint(condition=Q(tries__lte=5), name="refund_code_has_five_tries"),
            models.CheckConstraint(condition=Q(codes_sent__lte=3), name="refund_sends_three_codes_a_day"),
            models.CheckConstraint(
                condition=Q(
                    status="paid_out",
                    paid_at__isnull=False,
                    paid_by__isnull=False,
                    paid_at_station__isnull=False,
                    transfer__isnull=False,
                    notes__in=["drawer", "own"],
                )
                | (~Q(status="paid_out") & Q(transfer=None, notes="")),
                name="refund_has_cash_transfer_exactly_when_handed_back",
            ),
            models.CheckConstraint(
                condition=Q(status="spent", spent_on__isnull=False) | (~Q(status="spent") & Q(spent_on=None)),
                name="refund_names_the_payment_it_paid_exactly_when_spent",
            ),
            models.CheckConstraint(
                condition=Q(source="online", status__in=["granted", "pending", "succeeded", "failed"])
                | Q(
                    source="customer_funds",
                    status__in=["granted", "ready_for_cash", "locked", "paid_out", "spent", "went_back"],
                ),
                name="refund_state_fits_its_source",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "succeeded"], our_ref__isnull=False, hold_transfer__isnull=False)
                | ~Q(status__in=["pending", "succeeded"]),
                name="refund_online_has_its_order_and_hold",
            ),
            models.CheckConstraint(
                condition=Q(status="failed") & ~Q(failure_code="") | ~Q(status="failed") & Q(failure_code=""),
                name="refund_has_failure_code_exactly_when_failed",
            ),
            models.CheckConstraint(
                condition=Q(payment__isnull=False) | Q(receiver__isnull=False),
                name="refund_is_owed_to_somebody",
            ),
            TwoPersons(
                checker="witnessed_by",
                makers=("handed_to", "paid_by"),
                name="nobody_witnesses_what_he_gives_or_is_given",
            ),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(reason="compensation"), name="payment_is_compensated_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["station", "ready_at"],
                condition=Q(status__in=["granted", "ready_for_cash", "locked", "pending", "failed"]),
                name="refund_still_owed",
            ),
            models.Index(fields=["payment"], name="refund_of_payment"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def amount(self) -> Money:
        """What is owed back."""
        return Money(self.amount_minor, self.currency)

    @property
    def is_owed(self) -> bool:
        """Whether nobody has the money yet."""
        return self.status in self.OWED

    @property
    def recipient(self) -> Any:
        """Who is owed the money, where that is known."""
        return self.receiver or (self.payment.payer if self.payment else None)


class RefundCallQuerySet(StationScopedQuerySet):
    station_path = "refund__station"
    read_verb = "finance.read_refund"


class RefundCall(BaseModel):
    """Somebody of the county called the person who is owed money, and what came of it. Never changed."""

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("the person has been informed")
        NOT_REACHED = "not_reached", _("not reached")
        DENIED = "denied", _("the person says it is not theirs")

    refund = models.ForeignKey(Refund, models.PROTECT, related_name="calls")
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    note = LineField(_("note"), max_length=200, blank=True)
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    called_at = models.DateTimeField(_("called at"))

    objects = RefundCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund call")
        verbose_name_plural = _("refund calls")

    def __str__(self) -> str:
        return f"{self.refund_id} {self.outcome}"

"""Windows in which an index is measured, and what each of them pays to the people who are insured by it."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.money import Money
from finance.insurance.models.bank_payments import BankPayment
from finance.insurance.models.index_sources import READ, IndexReading, IndexSource
from finance.insurance.models.policies import Policy
from finance.insurance.models.products import Benefit
from stations.scope import NetworkScopedQuerySet, StationScopedQuerySet
from stations.two_persons import TwoPersons


class IndexWindowQuerySet(NetworkScopedQuerySet):
    read_verb = READ


class IndexWindow(BaseModel):
    """A time whose index decides what a parametric benefit pays, from `start_date` to `end_date`, both included.

    It is proposed by one person and approved by another before it begins; no policy has two that share a day (trigger).
    `reading` is what it pays by, from then on it does not change. From `stand_in_date` on the reading of the stand-in
    counts. Until it pays, one person may ask to cancel it (`asked_by`); another decides, and meanwhile it pays nothing.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("window", "to be approved")
        OPEN = "open", pgettext_lazy("window", "open")
        CANCELLING = "cancelling", pgettext_lazy("window", "to be cancelled")
        PAYING = "paying", pgettext_lazy("window", "being paid")
        SETTLED = "settled", pgettext_lazy("window", "settled")
        MISSING = "missing", pgettext_lazy("window", "no reading")
        CLOSED = "closed", pgettext_lazy("window", "closed without a reading")
        WITHDRAWN = "withdrawn", pgettext_lazy("window", "withdrawn")
        CANCELLED = "cancelled", pgettext_lazy("window", "cancelled")

    UNSETTLED = (Status.PROPOSED, Status.OPEN, Status.CANCELLING, Status.PAYING, Status.MISSING)
    #: States in which a window never came to pass: its days are free for another one.
    DROPPED = (Status.WITHDRAWN, Status.CANCELLED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="windows", verbose_name=_("benefit"))
    source = models.ForeignKey(IndexSource, models.PROTECT, related_name="windows", verbose_name=_("weather station"))
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"))
    stand_in_date = models.DateField(_("the stand-in counts from"))
    wait_until_date = models.DateField(_("waits for a reading until"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PROPOSED)
    reading = models.ForeignKey(
        IndexReading,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("weather", "reading"),
    )
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"))
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    checked_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cancelling asked for by"),
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )
    reason = LineField(_("reason"), max_length=200, blank=True)

    objects = IndexWindowQuerySet.as_manager()

    class Meta:
        verbose_name = _("window of an index")
        verbose_name_plural = _("windows of indexes")
        constraints = [
            models.CheckConstraint(condition=Q(end_date__gt=F("start_date")), name="window_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(wait_until_date__gt=F("end_date")), name="window_waits_after_its_end"),
            models.CheckConstraint(condition=Q(stand_in_date__gt=F("end_date")), name="stand_in_counts_after_the_end"),
            TwoPersons(checker="checker", makers=("maker",), name="window_is_approved_by_another_person"),
            TwoPersons(checker="closed_by", makers=("asked_by",), name="window_is_cancelled_by_another_person"),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "withdrawn"], checker=None, checked_at=None)
                | (~Q(status__in=["proposed", "withdrawn"]) & Q(checker__isnull=False, checked_at__isnull=False)),
                name="window_is_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["cancelling", "cancelled"], asked_by__isnull=False)
                | (~Q(status__in=["cancelling", "cancelled"]) & Q(asked_by=None)),
                name="window_is_cancelled_where_somebody_asked",
            ),
            ExclusionConstraint(
                name="windows_of_a_benefit_do_not_overlap",
                expressions=[
                    (F("benefit"), RangeOperators.EQUAL),
                    (F("source"), RangeOperators.EQUAL),
                    (
                        Func(
                            F("start_date"),
                            F("end_date"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(status__in=["withdrawn", "cancelled"]),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["paying", "settled"], reading__isnull=False)
                | (~Q(status__in=["paying", "settled"]) & Q(reading=None)),
                name="window_pays_by_a_reading",
            ),
            models.CheckConstraint(
                condition=Q(status="settled", settled_at__isnull=False) | (~Q(status="settled") & Q(settled_at=None)),
                name="settled_window_has_its_time",
            ),
            models.CheckConstraint(
                condition=(Q(status__in=["closed", "withdrawn", "cancelled"], closed_by__isnull=False) & ~Q(reason=""))
                | (Q(status="cancelling", closed_by=None) & ~Q(reason=""))
                | (~Q(status__in=["closed", "withdrawn", "cancelling", "cancelled"]) & Q(closed_by=None, reason="")),
                name="window_that_pays_nothing_is_closed_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["status", "end_date"], name="window_to_settle")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.end_date}"


class IndexPayoutQuerySet(StationScopedQuerySet):
    station_path = "policy__station"
    read_verb = "finance.read_policy"


class IndexPayout(BaseModel):
    """What one policy gets of one window, without a claim. `gross_minor` is the formula's amount before ceilings.

    Where the insured has died and nobody of the family can be paid, one person names the heir, or says that there is
    none, by a `paper`; another confirms it (`answered_by`).
    """

    class Status(models.TextChoices):
        DUE = "due", pgettext_lazy("index payout", "to be paid")
        ACCOUNT_MISSING = "account_missing", _("no bank account yet")
        HEIR_NAMED = "heir_named", _("heir to be confirmed")
        NO_HEIR = "no_heir", _("to be returned")
        SENT = "sent", _("with the bank")
        PAID = "paid", pgettext_lazy("claim", "paid")
        RETURNED = "returned", pgettext_lazy("index payout", "returned to the payer")
        EXHAUSTED = "exhausted", _("ceiling used up")

    WAITING = (Status.DUE, Status.ACCOUNT_MISSING)
    #: What somebody has said of an estate waits for another person.
    ASKED = (Status.HEIR_NAMED, Status.NO_HEIR)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="index_payouts", verbose_name=_("policy"))
    window = models.ForeignKey(
        IndexWindow, models.PROTECT, related_name="payouts", verbose_name=_("window of an index")
    )
    gross_minor = models.BigIntegerField(_("by the index"))
    amount_minor = models.BigIntegerField(_("amount"))
    currency = CurrencyField(_("currency"))
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.DUE)
    payee = models.ForeignKey(
        "stations.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paid to")
    )
    heir = models.ForeignKey(
        "stations.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("heir")
    )
    paper = LineField(_("paper about the estate"), max_length=200, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    made_at = models.DateTimeField(_("made at"))
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)

    objects = IndexPayoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("payout of an index")
        verbose_name_plural = _("payouts of indexes")
        constraints = [
            models.UniqueConstraint(fields=["policy", "window"], name="policy_is_paid_once_for_a_window"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, gross_minor__gt=0, amount_minor__lte=F("gross_minor")),
                name="index_payout_is_at_most_what_the_index_says",
            ),
            models.CheckConstraint(
                condition=Q(status="exhausted", amount_minor=0) | (~Q(status="exhausted") & Q(amount_minor__gt=0)),
                name="index_payout_without_an_amount_is_exhausted",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["sent", "paid"], payee__isnull=False)
                | (~Q(status__in=["sent", "paid"]) & Q(payee=None)),
                name="index_payout_on_its_way_has_its_payee",
            ),
            models.CheckConstraint(
                condition=Q(status="paid", paid_at__isnull=False) | (~Q(status="paid") & Q(paid_at=None)),
                name="paid_index_payout_has_its_time",
            ),
            TwoPersons(checker="answered_by", makers=("asked_by",), name="estate_is_confirmed_by_another_person"),
            models.CheckConstraint(
                condition=(
                    Q(status="heir_named", heir__isnull=False, asked_by__isnull=False, answered_by=None) & ~Q(paper="")
                )
                | (Q(status="no_heir", heir=None, asked_by__isnull=False, answered_by=None) & ~Q(paper=""))
                | (Q(status="returned", heir=None, asked_by__isnull=False, answered_by__isnull=False) & ~Q(paper=""))
                | (
                    ~Q(status__in=["heir_named", "no_heir", "returned"])
                    & (
                        Q(heir=None, paper="", asked_by=None, answered_by=None)
                        | (Q(heir__isnull=False, asked_by__isnull=False, answered_by__isnull=False) & ~Q(paper=""))
                    )
                ),
                name="estate_has_its_paper_and_two_persons",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(status__in=["due", "account_missing"]), name="index_payout_waiting"
            ),
            models.Index(fields=["window", "status"], name="index_payout_of_window"),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.window_id}"

    @property
    def amount(self) -> Money:
        """What is paid."""
        return Money(self.amount_minor, self.currency)


class IndexPaymentQuerySet(StationScopedQuerySet):
    station_path = "payout__policy__station"
    read_verb = "finance.read_policy"


class IndexPayment(BankPayment):
    """One try to pay a payout of an index over the bank, by itself and by nobody's hand."""

    payout = models.ForeignKey(
        IndexPayout, models.PROTECT, related_name="payments", verbose_name=_("payout of an index")
    )

    objects = IndexPaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment by an index")
        verbose_name_plural = _("payments by indexes")
        constraints = [
            models.UniqueConstraint(
                fields=["payout"], condition=Q(status__in=["sent", "paid"]), name="index_payout_is_paid_once"
            ),
            models.CheckConstraint(
                condition=Q(status="sent", ended_at=None) | (~Q(status="sent") & Q(ended_at__isnull=False)),
                name="index_payment_has_its_end",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="index_payment_is_an_amount"),
        ]

"""Who is paid by which county, what matured on which day, and the statements made of it.

No line of commission or payable is ever marked: what has matured is a sum per account and day, and which lines stand
behind a statement follows from its two instants.
"""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.money import Money
from core.spans import DateSpan
from stations.places.models import HashOfKey
from stations.scope import division_reach


class PayeeKind(models.TextChoices):
    """As what somebody is paid: it decides tax, period and minimum."""

    PARTNER = "partner", _("partner")
    HELPER = "helper", _("helper")
    COUNTY = "county", _("county")
    HUB = "hub", _("township hub")
    TUTOR = "tutor", _("tutor")
    GUIDE = "guide", _("guide")
    SUPPLIER = "supplier", _("supplier")
    FARMER = "farmer", _("farmer")
    CARRIER = "carrier", _("carrier")


class CountyScopedQuerySet(models.QuerySet):
    """Rows that belong to a county: a post over a region that holds it, or of the network."""

    read_verb = ""

    def open_to(self, user: Any, verb: str) -> Self:
        """Those of the counties that a post with this verb reaches."""
        return self.filter(division_reach(user, verb, path="county__path"))


class TaxRule(BaseModel):
    """What is withheld from one kind of payee in one country, from one date to another.

    `table` belongs to the method, amounts in minor units, rates in basis points: `flat_bp` has `bp`;
    `labour_brackets` has `free`, `less` (taken off up to `less_until`), `less_bp` (taken off from there on) and
    `brackets`, each `[up to, rate]`, the last without an end. docs/money.md has an example of each.
    """

    class Method(models.TextChoices):
        FLAT_BP = "flat_bp", _("one rate")
        LABOUR_BRACKETS = "labour_brackets", _("brackets of labour income")

    country = models.CharField(_("country"), max_length=2)
    payee_kind = models.CharField(_("payee"), max_length=8, choices=PayeeKind)
    currency = models.CharField(_("currency"), max_length=3)
    method = models.CharField(_("method"), max_length=16, choices=Method)
    table = models.JSONField(_("table"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("tax rule")
        verbose_name_plural = _("tax rules")
        constraints = [
            ExclusionConstraint(
                name="payee_kind_has_one_tax_rule_at_any_date",
                expressions=[
                    (HashOfKey("country", "payee_kind", "currency"), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="tax_rule_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.payee_kind} {self.method}"


class StatementTerms(BaseModel):
    """How often one kind of payee gets a statement, and below which amount it is carried; dated.

    Where no row holds, statements are weekly (Monday to Sunday) and any amount above nothing is paid.
    """

    class Period(models.TextChoices):
        WEEKLY = "weekly", _("weekly")
        MONTHLY = "monthly", _("monthly")

    country = models.CharField(_("country"), max_length=2)
    payee_kind = models.CharField(_("payee"), max_length=8, choices=PayeeKind)
    currency = models.CharField(_("currency"), max_length=3)
    period = models.CharField(_("period"), max_length=8, choices=Period, default=Period.WEEKLY)
    minimum_minor = models.BigIntegerField(_("paid from"), default=1)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("terms of statements")
        verbose_name_plural = _("terms of statements")
        constraints = [
            ExclusionConstraint(
                name="payee_kind_has_one_period_at_any_date",
                expressions=[
                    (HashOfKey("country", "payee_kind", "currency"), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(minimum_minor__gte=1), name="statement_minimum_is_above_nothing"),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="statement_terms_end_after_they_begin"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.payee_kind} {self.period}"


class PayeeAccount(BaseModel):
    """An account on which somebody earns, as what, and the one county that settles it.

    `payee` is what the payee's accounts of the ledger are known by after the colon: a user's hex, `county-321324`.
    What belongs to no county is settled by the one of the head office.
    """

    account = models.OneToOneField("ledger.Account", models.PROTECT, primary_key=True, related_name="+")
    payee = models.CharField(_("payee"), max_length=64)
    kind = models.CharField(_("kind"), max_length=8, choices=PayeeKind)
    county = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("account of a payee")
        verbose_name_plural = _("accounts of payees")
        indexes = [
            models.Index(fields=["county", "account"], name="payee_account_of_county"),
            models.Index(fields=["payee"], name="payee_account_of_payee"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.account_id}"


class DayCloseQuerySet(CountyScopedQuerySet):
    read_verb = "finance.read_book_day"

    def unclosed(self) -> Self:
        """Those that are not settled to the end."""
        return self.exclude(status=DayClose.Status.CLOSED)


class DayClose(BaseModel):
    """One business date of one county, settled in the night after it.

    It takes what matured in `(from_at, to_at]`; the first of a county has no beginning. `listed` says what was still
    open when it was settled and stops nothing; `stopped_by` names the findings of a held one.
    """

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("close", "open")
        CLOSING = "closing", _("being settled")
        HELD = "held", pgettext_lazy("day", "held")
        CLOSED = "closed", _("closed")

    county = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", db_index=False)
    business_date = models.DateField(_("business date"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN)
    from_at = models.DateTimeField(_("from"), null=True, blank=True)
    to_at = models.DateTimeField(_("to"))
    listed = models.JSONField(_("listed"), default=dict, blank=True)
    stopped_by = models.JSONField(_("stopped by"), default=list, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    reason = LineField(_("reason"), max_length=300, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DayCloseQuerySet.as_manager()

    class Meta:
        verbose_name = _("day close")
        verbose_name_plural = _("day closes")
        constraints = [
            models.UniqueConstraint(fields=["county", "business_date"], name="county_closes_a_day_once"),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False)
                | (~Q(status="closed") & Q(closed_at=None, closed_by=None)),
                name="day_close_has_its_instant_exactly_when_closed",
            ),
            models.CheckConstraint(
                condition=Q(asked_by=None, asked_at=None, reason="", closed_by=None)
                | (Q(asked_by__isnull=False, asked_at__isnull=False) & ~Q(reason="")),
                name="day_is_closed_by_people_only_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None) | ~Q(closed_by=F("asked_by")), name="day_is_closed_by_another_person"
            ),
            models.CheckConstraint(
                condition=Q(from_at=None) | Q(to_at__gt=F("from_at")), name="day_close_ends_after_it_begins"
            ),
        ]
        indexes = [
            models.Index(fields=["business_date", "status"], name="day_close_by_date"),
            models.Index(fields=["county"], condition=~Q(status="closed"), name="day_close_unfinished"),
        ]

    def __str__(self) -> str:
        return f"{self.county_id} {self.business_date}"


class SettleChunk(models.Model):
    """Up to 2,000 accounts of one county, ids `from_payee` to `to_payee`, both included: settled in one transaction."""

    county = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", db_index=False)
    business_date = models.DateField(_("business date"))
    from_payee = models.BigIntegerField(_("from account"))
    to_payee = models.BigIntegerField(_("to account"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("chunk of a settlement")
        verbose_name_plural = _("chunks of settlements")
        constraints = [
            models.UniqueConstraint(
                fields=["county", "business_date", "from_payee"], name="settlement_chunk_is_done_once"
            ),
            models.CheckConstraint(condition=Q(to_payee__gte=F("from_payee")), name="settlement_chunk_is_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.county_id} {self.business_date} {self.from_payee}"


class PayeeDay(models.Model):
    """What matured for one account on one business date, minor units; `reversed_minor` is of lines that take back.

    Append-only, written once by the settlement of that day.
    """

    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+", db_index=False)
    business_date = models.DateField(_("business date"))
    matured_minor = models.BigIntegerField(_("matured"))
    reversed_minor = models.BigIntegerField(_("taken back"))

    class Meta:
        verbose_name = _("payee's day")
        verbose_name_plural = _("payees' days")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "business_date"],
                include=["matured_minor", "reversed_minor"],
                name="account_matures_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.business_date}"


class StatementQuerySet(CountyScopedQuerySet):
    """One's own without any post, those of the counties within reach with the verb that reads them."""

    read_verb = "finance.read_statement"

    def visible_to(self, user: Any) -> Self:
        """Own statements, and those of the counties that a post with the reading verb reaches."""
        reach = division_reach(user, self.read_verb, path="county__path")
        return self.filter(reach | Q(payee=user.pk.hex)) if reach else self.all()  # an empty reach is the network

    def in_force(self) -> Self:
        """Those that nothing changes any more."""
        return self.exclude(status=Statement.Status.CALCULATED)


class Statement(BaseModel):
    """What one account earned in a period, and what of it is paid; minor units. Its figures never change once closed.

    Payable + carried = opening + accrued + reversed + adjusted - tax - charges. `disputes_held` is shown, never taken:
    what was taken before it was disputed is paid, and carried below nothing until somebody has decided.
    The period is from and to a date, both included; the lines behind it are those that matured in `(from_at, to_at]`.
    The hash is SHA-256 over the one before, a line feed, and the rows (docs/money.md).
    """

    class Status(models.TextChoices):
        CALCULATED = "calculated", _("calculated")
        CLOSED = "closed", _("closed")
        PAID = "paid", pgettext_lazy("statement", "paid")
        CARRIED = "carried", _("carried over")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="payee_statements", db_index=False)
    payee = models.CharField(_("payee"), max_length=64)
    payee_kind = models.CharField(_("kind"), max_length=8, choices=PayeeKind)
    county = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(_("currency"), max_length=3)
    period = models.CharField(_("period"), max_length=8, choices=StatementTerms.Period)
    period_from = models.DateField(_("from"))
    period_to = models.DateField(_("to"))
    from_at = models.DateTimeField(_("from instant"), null=True, blank=True)
    to_at = models.DateTimeField(_("to instant"))
    opening_minor = models.BigIntegerField(_("carried from before"))
    accrued_minor = models.BigIntegerField(_("earned"))
    reversed_minor = models.BigIntegerField(_("taken back"))
    adjusted_minor = models.BigIntegerField(_("corrected"))
    disputes_held_minor = models.BigIntegerField(_("disputed, not taken"))
    tax_minor = models.BigIntegerField(_("tax withheld"))
    charges_minor = models.BigIntegerField(_("charges"))
    payable_minor = models.BigIntegerField(_("paid out"))
    carried_minor = models.BigIntegerField(_("carried over"))
    tax_rule = models.ForeignKey(TaxRule, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    tax_transfer = models.OneToOneField("ledger.TransferKey", models.PROTECT, null=True, blank=True, related_name="+")
    previous = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="following")
    carried_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="brought_forward")
    sha256 = models.CharField(_("hash"), max_length=64, blank=True)
    previous_sha256 = models.CharField(_("hash before"), max_length=64, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.CALCULATED)
    calculated_at = models.DateTimeField(_("calculated at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement of a payee")
        verbose_name_plural = _("statements of payees")
        constraints = [
            models.UniqueConstraint(fields=["account", "period_from"], name="account_has_one_statement_per_period"),
            models.CheckConstraint(
                condition=Q(
                    carried_minor=F("opening_minor")
                    + F("accrued_minor")
                    + F("reversed_minor")
                    + F("adjusted_minor")
                    - F("tax_minor")
                    - F("charges_minor")
                    - F("payable_minor")
                ),
                name="payee_statement_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(payable_minor=0)
                | Q(payable_minor__gt=0, carried_minor__lte=0, carried_minor__gte=-F("disputes_held_minor")),
                name="payee_statement_is_paid_whole_or_carried",
            ),
            models.CheckConstraint(
                condition=Q(tax_minor__gte=0, disputes_held_minor__gte=0), name="payee_statement_withholds_no_gift"
            ),
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")), name="payee_statement_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(status="calculated", sha256="", closed_at=None, tax_transfer=None)
                | (~Q(status="calculated") & ~Q(sha256="") & Q(closed_at__isnull=False)),
                name="payee_statement_has_its_hash_exactly_when_closed",
            ),
            models.CheckConstraint(
                condition=Q(status="calculated")
                | Q(tax_minor=0, tax_transfer=None)
                | Q(tax_minor__gt=0, tax_transfer__isnull=False),
                name="payee_statement_posts_its_tax",
            ),
            models.CheckConstraint(
                condition=~Q(status="paid") | Q(payable_minor__gt=0), name="payee_statement_is_paid_when_payable"
            ),
            models.CheckConstraint(
                condition=Q(carried_into=None) | Q(status="carried", payable_minor__gt=0),
                name="payee_statement_is_brought_forward_when_carried_after_all",
            ),
        ]
        indexes = [
            models.Index(fields=["payee", "-period_to"], name="payee_statement_of_payee"),
            models.Index(fields=["county", "status", "period_to"], name="payee_statement_of_county"),
            models.Index(fields=["account"], condition=Q(status="calculated"), name="payee_statement_not_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.period_from}"

    @property
    def payable(self) -> Money:
        """What is paid out."""
        return Money(self.payable_minor, self.currency)

    @property
    def disputes_held(self) -> Money:
        """What is disputed, and therefore not taken."""
        return Money(self.disputes_held_minor, self.currency)

    @property
    def result(self) -> Money:
        """What comes out of it: paid, or carried over."""
        return self.payable if self.payable_minor else self.carried

    @property
    def carried(self) -> Money:
        """What goes into the next statement."""
        return Money(self.carried_minor, self.currency)

"""What a payee is told and paid for a period."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import uuid7
from core.money import Money
from finance.settlement.models.payees import PayeeKind, StatementTerms, TaxRule
from stations.accounts.models import User
from stations.scope import DivisionScopedQuerySet, division_reach


class StatementQuerySet(DivisionScopedQuerySet):
    """One's own without any post, those of the counties within reach with the verb that reads them."""

    division_path = "county__path"
    read_verb = "finance.read_statement"

    def visible_to(self, user: User) -> Self:
        """Own statements, and those of the counties that a post with the reading verb reaches."""
        reach = division_reach(user, self.read_verb, path=self.division_path)
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
    opening_minor = models.BigIntegerField(_("carried forward"))
    accrued_minor = models.BigIntegerField(_("earned"))
    reversed_minor = models.BigIntegerField(_("reversed"))
    adjusted_minor = models.BigIntegerField(_("corrected"))
    disputes_held_minor = models.BigIntegerField(_("disputed, not deducted"))
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

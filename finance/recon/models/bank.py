"""Statements of our bank, their lines, and what each line turned out to be."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.money import Money
from stations.scope import NetworkScopedQuerySet


class BankStatementQuerySet(NetworkScopedQuerySet):
    read_verb = "finance.read_bank_statement"


class BankStatement(BaseModel):
    """A statement that was imported whole. `control_total_minor` is lines in less lines out, as its importer typed."""

    class Format(models.TextChoices):
        CSV = "csv", _("CSV")
        CAMT053 = "camt053", _("camt.053")
        MT940 = "mt940", _("MT940")

    country = models.CharField(_("country"), max_length=2)
    bank_account = models.CharField(_("bank account"), max_length=40)
    format = models.CharField(_("format"), max_length=8, choices=Format)
    sha256 = models.CharField(max_length=64)
    currency = models.CharField(_("currency"), max_length=3)
    control_total_minor = models.BigIntegerField(_("control total"))
    line_count = models.PositiveIntegerField(_("lines"))
    new_count = models.PositiveIntegerField(_("new lines"))
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    imported_at = models.DateTimeField(_("imported at"))

    objects = BankStatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        constraints = [
            models.UniqueConstraint(
                fields=["country", "bank_account", "sha256"], name="bank_statement_is_imported_once"
            ),
            models.CheckConstraint(
                condition=Q(new_count__lte=F("line_count")), name="bank_statement_has_at_most_its_lines_new"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_account} {self.imported_at:%Y-%m-%d}"


class BankStatementLineQuerySet(NetworkScopedQuerySet):
    """Our own bank account belongs to no station: a post of the network or none."""

    read_verb = "finance.read_bank_statement"

    def unexplained(self) -> Self:
        """Those of which something still lies on suspense."""
        return self.filter(explained_minor__lt=F("amount_minor"))


class BankStatementLine(BaseModel):
    """One line of our bank account, as imported. Every line posts against suspense, until it is explained.

    `country` says in whose book: an account of the same name may lie in another country, too.
    """

    class Direction(models.TextChoices):
        IN = "in", _("in")
        OUT = "out", _("out")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    statement = models.ForeignKey(BankStatement, models.PROTECT, null=True, blank=True, related_name="lines")
    country = models.CharField(_("country"), max_length=2)
    bank_account = models.CharField(_("bank account"), max_length=40)
    value_date = models.DateField(_("value date"))
    line_ref = models.CharField(_("line reference"), max_length=64)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction)
    amount_minor = models.BigIntegerField(_("amount"))
    explained_minor = models.BigIntegerField(_("explained"), default=0)
    currency = models.CharField(_("currency"), max_length=3)
    counterparty = models.CharField(_("counterparty"), max_length=120, blank=True)
    counterparty_tail = models.CharField(_("counterparty's account, last digits"), max_length=8, blank=True)
    text = models.CharField(_("text"), max_length=300, blank=True)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    imported_at = models.DateTimeField(_("imported at"))
    transfer = models.OneToOneField("ledger.TransferKey", models.PROTECT, null=True, blank=True, related_name="+")

    objects = BankStatementLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank line")
        verbose_name_plural = _("bank lines")
        constraints = [
            models.UniqueConstraint(fields=["country", "bank_account", "line_ref"], name="bank_line_stands_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="bank_line_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(explained_minor__gte=0, explained_minor__lte=F("amount_minor")),
                name="bank_line_explains_at_most_its_amount",
            ),
        ]
        indexes = [
            models.Index(fields=["country", "bank_account", "-value_date"], name="bank_line_by_date"),
            models.Index(
                fields=["imported_at", "id"],
                condition=Q(explained_minor__lt=F("amount_minor")),
                name="bank_line_unexplained",
            ),
        ]

    def __str__(self) -> str:
        return self.line_ref

    @property
    def amount(self) -> Money:
        """What came or went."""
        return Money(self.amount_minor, self.currency)

    @property
    def signed_minor(self) -> int:
        """What came, below nought what went."""
        return self.amount_minor if self.direction == self.Direction.IN else -self.amount_minor

    @property
    def unexplained(self) -> Money:
        """What of it still lies on suspense."""
        return Money(self.amount_minor - self.explained_minor, self.currency)


class BankExplanationQuerySet(NetworkScopedQuerySet):
    read_verb = "finance.read_bank_statement"

    def came_back(self) -> Self:
        """What came in and is nobody's here: payouts that came back, outsiders' money."""
        return self.filter(kind=BankExplanation.Kind.SENT_BACK, line__direction=BankStatementLine.Direction.IN)

    def waiting(self) -> Self:
        """What of that still lies on payout_clearing."""
        return self.came_back().filter(ended_as=None)


class BankExplanation(BaseModel):
    """What a bank line, or a part of it, turned out to be: moved from suspense to `account`, or back from it."""

    class Kind(models.TextChoices):
        FLOAT = "float", _("float top-up")
        PAYOUT = "payout", _("payout already reported by the bank")
        SENT_BACK = "sent_back", _("a payout that came back, or to be sent back")
        BILLER = "biller", _("settled with a biller")
        OPERATOR = "operator", _("settled with an operator")
        GATEWAY = "gateway", _("paid by a gateway or buyer")
        RECEIVABLE = "receivable", _("fees owed to us before")
        SUBSIDY = "subsidy", _("money of a county’s programme")
        REMITTANCE = "remittance", _("cash deposited at the bank")
        FEE = "fee", _("fee of the bank")
        INTEREST = "interest", _("interest")
        TAX = "tax", _("tax paid")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    line = models.ForeignKey(BankStatementLine, models.PROTECT, related_name="explanations")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+")
    text = LineField(_("in words"), max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(_("explained at"))
    transfer = models.OneToOneField("ledger.TransferKey", models.PROTECT, related_name="+")
    taken_back = models.OneToOneField(
        "ledger.TransferKey",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The transfer that moved it back to suspense."),
    )

    objects = BankExplanationQuerySet.as_manager()

    class Meta:
        verbose_name = _("explanation of a bank line")
        verbose_name_plural = _("explanations of bank lines")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="bank_explanation_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(taken_back=None) | Q(kind="float"), name="bank_explanation_taken_back_is_of_a_float"
            ),
        ]
        indexes = [models.Index(fields=["line", "id"], name="bank_explanation_of_line")]

    def __str__(self) -> str:
        return f"{self.line_id} {self.kind}"

    @property
    def amount(self) -> Money:
        """How much of the line it explains."""
        return Money(self.amount_minor, self.currency)


class BankReturn(BaseModel):
    """How money that came back over our bank left payout_clearing: to the payout it was, or out again to its sender.

    A payout that the bank had told of already has moved the mirror of our bank account; the line then moves it back.
    """

    explanation = models.OneToOneField(BankExplanation, models.PROTECT, related_name="ended_as")
    payout = models.OneToOneField(
        "finance.PayoutLine", models.PROTECT, null=True, blank=True, related_name="bank_return"
    )
    sent_out = models.OneToOneField(
        BankExplanation, models.PROTECT, null=True, blank=True, related_name="sends", verbose_name=_("sent out with")
    )
    was_told = models.BooleanField(
        _("informed before"), default=False, help_text=_("The bank has already reported this payout as failed.")
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(_("matched at"))

    class Meta:
        verbose_name = _("returned money")
        verbose_name_plural = _("returned money")
        constraints = [
            models.CheckConstraint(
                condition=Q(payout__isnull=False, sent_out=None)
                | Q(payout=None, sent_out__isnull=False, was_told=False),
                name="bank_return_is_a_payout_or_went_out_again",
            ),
            models.CheckConstraint(condition=~Q(sent_out=F("explanation")), name="bank_return_does_not_send_itself"),
        ]

    def __str__(self) -> str:
        return str(self.payout_id or self.sent_out_id)

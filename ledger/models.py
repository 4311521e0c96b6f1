"""Accounts and transfers.

Balances are kept by triggers in the database (migrations 0002 to 0004); nothing here is ever updated by Python.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.money import Money


class Book(BaseModel):
    """The books of one country and legal entity; its business dates are days in its zone."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    country = models.CharField(_("country"), max_length=2)
    zone = models.CharField(_("time zone"), max_length=40)
    first_open_date = models.DateField(_("first open date"))

    class Meta:
        verbose_name = _("book")
        verbose_name_plural = _("books")

    def __str__(self) -> str:
        return self.code


class Account(models.Model):
    """One account. `code` is `<kind>:<key>`; balance = posted difference on the normal side, in minor units.

    Available also subtracts pending outflow and never adds pending inflow.
    """

    class Side(models.TextChoices):
        DEBIT = "debit", _("debit")
        CREDIT = "credit", _("credit")

    class Limit(models.TextChoices):
        NONE = "none", _("none")
        DEBITS_WITHIN_CREDITS = "debits_within_credits", _("debits within credits")
        CREDITS_WITHIN_DEBITS = "credits_within_debits", _("credits within debits")

    class Mode(models.TextChoices):
        LIVE = "live", _("live")
        QUEUED = "queued", _("queued")

    code = models.CharField(_("code"), max_length=80)
    book = models.ForeignKey(Book, models.PROTECT, related_name="accounts")
    kind = models.CharField(_("kind"), max_length=24)
    holder = models.UUIDField(_("holder"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    normal_side = models.CharField(_("normal side"), max_length=6, choices=Side)
    limit = models.CharField(_("limit"), max_length=24, choices=Limit, default=Limit.NONE)
    mode = models.CharField(_("mode"), max_length=6, choices=Mode, default=Mode.LIVE)
    debits_posted = models.BigIntegerField(default=0)
    credits_posted = models.BigIntegerField(default=0)
    debits_pending = models.BigIntegerField(default=0)
    credits_pending = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=0)
    last_entered_at = models.DateTimeField(_("last entry at"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["book", "code", "currency"], condition=Q(closed_at=None), name="open_account_code_is_unique"
            ),
            # The targets of the composite foreign keys of transfers (L3).
            models.UniqueConstraint(fields=["id", "currency", "book"], name="account_currency_and_book_are_fixed"),
            models.CheckConstraint(
                condition=Q(debits_posted__gte=0, credits_posted__gte=0, debits_pending__gte=0, credits_pending__gte=0),
                name="account_sums_are_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(limit="debits_within_credits")
                | Q(credits_posted__gte=F("debits_posted") + F("debits_pending")),
                name="account_debits_stay_within_credits",
            ),
            models.CheckConstraint(
                condition=~Q(limit="credits_within_debits")
                | Q(debits_posted__gte=F("credits_posted") + F("credits_pending")),
                name="account_credits_stay_within_debits",
            ),
            models.CheckConstraint(condition=Q(mode="live") | Q(limit="none"), name="queued_account_has_no_limit"),
        ]
        indexes = [
            models.Index(fields=["holder"], condition=Q(holder__isnull=False), name="account_of_holder"),
            models.Index(fields=["book", "kind", "currency", "code", "id"], name="account_by_kind"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def posted(self) -> Money:
        """The posted balance on the normal side (of a queued account: as of the last roll-up)."""
        difference = self.credits_posted - self.debits_posted
        return Money(difference if self.normal_side == self.Side.CREDIT else -difference, self.currency)

    @property
    def available(self) -> Money:
        """What can still flow out: the posted balance less pending outflow."""
        outflow = self.debits_pending if self.normal_side == self.Side.CREDIT else self.credits_pending
        return self.posted - Money(outflow, self.currency)


class TransferKey(models.Model):
    """The for-ever unique keys of a transfer, and the target of every foreign key to one. Append-only.

    Transfers are partitioned by month, and a partitioned table can neither be the target of a foreign key to `id`
    alone nor hold a unique constraint without its partition column. Written by the ledger's trigger only.
    """

    id = models.UUIDField(primary_key=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    pending_id = models.UUIDField(_("hold"), null=True)
    reversal_of = models.UUIDField(_("reversal of"), null=True)
    event_type = models.CharField(_("event type"), max_length=40)
    event_id = models.CharField(_("event"), max_length=64)
    leg_no = models.PositiveIntegerField(_("leg"))
    fingerprint = models.BinaryField()

    class Meta:
        verbose_name = _("transfer key")
        verbose_name_plural = _("transfer keys")
        constraints = [
            # Partial, so that the many transfers without a hold or reversal cost these indexes nothing.
            models.UniqueConstraint(
                fields=["pending_id"], condition=Q(pending_id__isnull=False), name="hold_is_resolved_once"
            ),
            models.UniqueConstraint(
                fields=["reversal_of"], condition=Q(reversal_of__isnull=False), name="transfer_is_reversed_once"
            ),
            models.UniqueConstraint(fields=["event_type", "event_id", "leg_no"], name="event_leg_is_posted_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Transfer(models.Model):
    """Money moved, held, or let go between two accounts; amount in minor units. Append-only, partitioned by month.

    `recorded_at` is the database's clock; `effective_at` is when the cause happened; `business_date` is a day of the
    book. The database's primary key is (id, recorded_at); TransferKey keeps `id` unique for ever. `reversal_of` gives
    a whole transfer back, `refund_of` a part of one. Legs of one group were one INSERT.
    """

    class Kind(models.TextChoices):
        POSTED = "posted", _("posted")
        PENDING = "pending", _("held")
        POST = "post", _("hold posted")
        VOID = "void", _("hold voided")
        EXPIRE = "expire", _("hold expired")

    class MadeByKind(models.TextChoices):
        PERSON = "person", _("a person")
        SYSTEM = "system", _("the system")
        PROVIDER = "provider", _("a provider")
        STAFF = "staff", _("staff")

    id = models.UUIDField(primary_key=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    book = models.ForeignKey(Book, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    debit = models.ForeignKey(Account, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    credit = models.ForeignKey(Account, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.BigIntegerField(_("amount in minor units"))
    pending_id = models.UUIDField(_("hold"), null=True)
    reversal_of = models.UUIDField(_("reversal of"), null=True)
    refund_of = models.UUIDField(_("refund of"), null=True)
    event_type = models.CharField(_("event type"), max_length=40)
    event_id = models.CharField(_("event"), max_length=64)
    leg_no = models.PositiveIntegerField(_("leg"))
    group_id = models.UUIDField(_("group"))
    business_date = models.DateField(_("business date"))
    effective_at = models.DateTimeField(_("effective at"))
    expires_at = models.DateTimeField(_("expires at"), null=True)
    made_by_kind = models.CharField(_("made by"), max_length=8, choices=MadeByKind)
    made_by = models.UUIDField(null=True)
    reason = models.CharField(_("reason"), max_length=60)
    # Computed by the database from what the transfer says; nobody can write it.
    fingerprint = models.BinaryField(editable=False)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(self.amount, self.currency)


class Entry(models.Model):
    """One side of a transfer on one account, numbered without gaps by `version`. Append-only.

    `posted_delta` and `pending_delta` are what the transfer added to its own `side` (letting a hold go is negative).
    `posted_after` is the posted balance on the account's normal side, `pending_after` its pending outflow: what was
    available then is their difference. `entered_at` is the database's clock once the account was locked, never before
    the entry before it: only so do times follow versions. All sums are minor units.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="entries", db_constraint=False, db_index=False)
    version = models.BigIntegerField(_("version"))
    transfer = models.ForeignKey(TransferKey, models.PROTECT, related_name="entries", db_index=False)
    side = models.CharField(_("side"), max_length=6, choices=Account.Side)
    posted_delta = models.BigIntegerField(_("posted"))
    pending_delta = models.BigIntegerField(_("pending"))
    posted_after = models.BigIntegerField(_("posted afterwards"))
    pending_after = models.BigIntegerField(_("pending outflow afterwards"))
    entered_at = models.DateTimeField(_("entered at"))

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.UniqueConstraint(fields=["account", "version"], name="account_version_is_entered_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="entry_versions_start_at_one"),
        ]
        indexes = [models.Index(fields=["account", "entered_at", "version"], name="entry_by_time")]

    def __str__(self) -> str:
        return f"{self.account_id} #{self.version}"


class QueuedEntry(models.Model):
    """One side of a transfer on a queued account, waiting for the roll-up that gives it a version.

    Counters and the sum of these rows, read in one snapshot, are the account's balance.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="queue", db_constraint=False)
    transfer = models.ForeignKey(TransferKey, models.PROTECT, related_name="+", db_index=False)
    side = models.CharField(_("side"), max_length=6, choices=Account.Side)
    posted_delta = models.BigIntegerField(_("posted"))
    pending_delta = models.BigIntegerField(_("pending"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("queued entry")
        verbose_name_plural = _("queued entries")

    def __str__(self) -> str:
        return f"{self.account_id}: {self.transfer_id}"


class RefundCounter(models.Model):
    """How much of a transfer was given back, less what was posted the other way; minor units.

    `slack_minor` is 0, and on the leg that takes the rest (revenue or expense) the number of legs of its event, for
    the cents that rounding moves. A reversal in full counts here too, so that it never mixes with partial refunds.
    """

    transfer = models.OneToOneField(TransferKey, models.PROTECT, primary_key=True, related_name="refund_counter")
    amount_minor = models.BigIntegerField(_("amount in minor units"))
    refunded_minor = models.BigIntegerField(_("given back, in minor units"), default=0)
    slack_minor = models.BigIntegerField(_("slack in minor units"), default=0)
    is_reversed = models.BooleanField(_("reversed in full"), default=False)

    class Meta:
        verbose_name = _("refund counter")
        verbose_name_plural = _("refund counters")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    refunded_minor__gte=-F("slack_minor"), refunded_minor__lte=F("amount_minor") + F("slack_minor")
                ),
                name="refunds_stay_within_their_transfer",
            ),
            models.CheckConstraint(
                condition=Q(is_reversed=False) | Q(refunded_minor=F("amount_minor")),
                name="reversed_transfer_is_given_back_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.transfer_id)


class AccountStatement(models.Model):
    """A closed month of one account: the entries of a version range, chained by SHA-256. Append-only.

    `month` is its first day, cut by `entered_at` in the book's zone. Versions are inclusive. `opening` and `closing`
    are posted balances in minor units. The hash is explained in docs/money.md and can be checked by anybody.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="statements", db_index=False)
    month = models.DateField(_("month"))
    from_version = models.BigIntegerField(_("from version"))
    to_version = models.BigIntegerField(_("to version"))
    opening = models.BigIntegerField(_("opening balance in minor units"))
    closing = models.BigIntegerField(_("closing balance in minor units"))
    sha256 = models.CharField(_("hash"), max_length=64)
    previous_sha256 = models.CharField(_("hash before"), max_length=64, blank=True)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("account statement")
        verbose_name_plural = _("account statements")
        constraints = [
            models.UniqueConstraint(fields=["account", "month"], name="account_month_has_one_statement"),
            models.UniqueConstraint(fields=["account", "from_version"], name="entry_range_is_stated_once"),
            models.CheckConstraint(
                condition=Q(from_version__gte=1, to_version__gte=F("from_version")),
                name="statement_covers_at_least_one_entry",
            ),
            models.CheckConstraint(
                condition=Q(from_version=1, previous_sha256="") | (Q(from_version__gt=1) & ~Q(previous_sha256="")),
                name="only_the_first_statement_has_no_hash_before",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.month:%Y-%m}"


class MonthArchive(models.Model):
    """A copy of a closed month that was made outside, and the hash by which a later copy is the same. Append-only.

    `content_sha256` is over the names and hashes of the copy's files; `month` is the first day of the business dates.
    """

    book = models.ForeignKey(Book, models.PROTECT, related_name="archives")
    month = models.DateField(_("month"))
    statements = models.BigIntegerField(_("statements"))
    entries = models.BigIntegerField(_("entries"))
    content_sha256 = models.CharField(_("hash"), max_length=64)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("archive of a month")
        verbose_name_plural = _("archives of months")
        constraints = [models.UniqueConstraint(fields=["book", "month"], name="month_is_archived_once")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class AuditRun(models.Model):
    """One pass of the auditor over a book."""

    book = models.ForeignKey(Book, models.PROTECT, related_name="audit_runs", db_index=False)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"))
    checks = models.PositiveSmallIntegerField(_("checks made"))
    findings = models.PositiveIntegerField(_("findings"))

    class Meta:
        verbose_name = _("audit run")
        verbose_name_plural = _("audit runs")
        indexes = [models.Index(fields=["book", "-id"], name="audit_run_latest")]

    def __str__(self) -> str:
        return f"{self.book_id} {self.started_at:%Y-%m-%d %H:%M}"


class AuditFinding(models.Model):
    """Something the auditor found wrong: open while the newest run of its book still sees it and nobody cleared it.

    Its fingerprint covers every row behind it: a cleared finding stays cleared while nothing about it changes, and
    what changes is a new finding.
    """

    class Scope(models.TextChoices):
        PAYEE = "payee", _("payee")
        COUNTY = "county", _("county")
        BOOK = "book", _("book")

    book = models.ForeignKey(Book, models.PROTECT, related_name="audit_findings", db_index=False)
    last_run = models.ForeignKey(AuditRun, models.PROTECT, related_name="seen_findings")
    check_code = models.CharField(_("check"), max_length=60)
    scope = models.CharField(_("scope"), max_length=6, choices=Scope)
    scope_key = models.CharField(_("subject"), max_length=80)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    row_count = models.PositiveIntegerField(_("rows"))
    sample = models.JSONField(_("sample rows"))
    found_at = models.DateTimeField(_("first found at"))
    cleared_by = models.UUIDField(null=True, blank=True)
    cleared_at = models.DateTimeField(_("cleared at"), null=True, blank=True)
    cleared_reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("audit finding")
        verbose_name_plural = _("audit findings")
        constraints = [
            models.UniqueConstraint(
                fields=["book", "check_code", "scope", "scope_key", "fingerprint"], name="audit_finding_stands_once"
            ),
            models.CheckConstraint(
                condition=Q(cleared_at=None, cleared_by=None, cleared_reason="")
                | (Q(cleared_at__isnull=False, cleared_by__isnull=False) & ~Q(cleared_reason="")),
                name="audit_finding_is_cleared_by_a_person_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_code} {self.scope_key}"

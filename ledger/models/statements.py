"""Closed months: statements of accounts, and archives made of them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ledger.models.accounts import Account, Book


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

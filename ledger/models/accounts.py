"""Books and accounts."""

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

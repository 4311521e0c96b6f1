"""Billers and their parameters as data, bills fetched, bills paid."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.language.formatting import name_of
from core.money import Money
from stations.scope import StationScopedQuerySet


class BillCategory(BaseModel):
    """Electricity, water, gas, television …"""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_zh = models.CharField(_("name in Chinese"), max_length=60)
    icon = models.CharField(_("icon"), max_length=20, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("bill category")
        verbose_name_plural = _("bill categories")

    def __str__(self) -> str:
        return self.code


class Biller(BaseModel):
    """A company whose bills we collect; nothing about it is known to code."""

    class Fetch(models.TextChoices):
        MANDATORY = "mandatory", _("always ask first")
        OPTIONAL = "optional", _("can be queried first")
        NOT_SUPPORTED = "not_supported", _("cannot be queried")

    class AmountRule(models.TextChoices):
        EXACT = "exact", _("exactly the bill amount")
        EXACT_OR_ABOVE = "exact_or_above", _("the bill amount or more")
        UP_TO = "up_to", _("up to the bill amount")
        ANY = "any", _("any amount")

    class Settlement(models.TextChoices):
        GROSS_T1 = "gross_t1", _("gross, next bank day")
        NET_T1 = "net_t1", _("net of our fee, next bank day")

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_zh = models.CharField(_("name in Chinese"), max_length=80)
    category = models.ForeignKey(BillCategory, models.PROTECT, related_name="billers")
    provider = models.ForeignKey("core.Provider", models.PROTECT, related_name="+")
    country = models.CharField(_("country"), max_length=2, default="CN")
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    divisions = models.ManyToManyField("stations.Division", blank=True, related_name="+")
    fetch = models.CharField(_("bill look-up"), max_length=14, choices=Fetch, default=Fetch.MANDATORY)
    amount_rule = models.CharField(_("amount"), max_length=16, choices=AmountRule, default=AmountRule.EXACT)
    min_amount_minor = models.BigIntegerField(_("minimum amount"), default=1)
    max_amount_minor = models.BigIntegerField(_("maximum amount"))
    claim_days = models.PositiveSmallIntegerField(_("days to claim"), default=3)
    reversal_days = models.PositiveSmallIntegerField(_("days to ask back"), default=5)
    settlement = models.CharField(_("settlement"), max_length=10, choices=Settlement, default=Settlement.GROSS_T1)
    is_active = models.BooleanField(_("active"), default=True)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("biller")
        verbose_name_plural = _("billers")
        constraints = [
            models.CheckConstraint(
                condition=Q(min_amount_minor__gt=0, max_amount_minor__gte=F("min_amount_minor")),
                name="biller_amounts_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="biller_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return name_of(self)


class BillerParameter(BaseModel):
    """One thing to ask the customer for; forms and API validate from these rows."""

    class Kind(models.TextChoices):
        DIGITS = "digits", _("digits")
        TEXT = "text", _("text")
        PHONE = "phone", _("phone number")
        DATE = "date", _("date")

    class Check(models.TextChoices):
        NONE = "none", _("none")
        LUHN = "luhn", _("Luhn")
        MOD97 = "mod97", _("ISO 7064 MOD 97-10")

    biller = models.ForeignKey(Biller, models.CASCADE, related_name="parameters")
    name = models.SlugField(_("name"), max_length=40)
    label = models.CharField(_("label"), max_length=60)
    label_zh = models.CharField(_("label in Chinese"), max_length=60)
    hint = models.CharField(_("hint"), max_length=120, blank=True)
    hint_zh = models.CharField(_("hint in Chinese"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.DIGITS)
    min_length = models.PositiveSmallIntegerField(_("minimum length"), default=1)
    max_length = models.PositiveSmallIntegerField(_("maximum length"), default=40)
    pattern = models.CharField(_("pattern"), max_length=120, blank=True)
    check_digits = models.CharField(_("check digits"), max_length=8, choices=Check, default=Check.NONE)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    is_required = models.BooleanField(_("required"), default=True)

    class Meta:
        verbose_name = _("biller parameter")
        verbose_name_plural = _("biller parameters")
        constraints = [
            models.UniqueConstraint(fields=["biller", "name"], name="biller_parameter_stands_once"),
            models.CheckConstraint(
                condition=Q(max_length__gte=F("min_length")), name="biller_parameter_lengths_are_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.biller_id} {self.name}"


class BillAccount(BaseModel):
    """A household's account with a biller, remembered so that the next bill takes two taps."""

    biller = models.ForeignKey(Biller, models.PROTECT, related_name="accounts")
    parameters = models.JSONField(_("parameters"))
    parameters_hash = models.CharField(max_length=64)
    household = models.ForeignKey("stations.Household", models.CASCADE, related_name="bill_accounts")
    nickname = LineField(_("nickname"), max_length=40, blank=True)
    remind = models.BooleanField(_("remind"), default=False)

    class Meta:
        verbose_name = _("bill account")
        verbose_name_plural = _("bill accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["biller", "parameters_hash", "household"], name="bill_account_stands_once_per_household"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.biller_id} {self.pk}"


class BillFetchQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_bill"


class BillFetch(BaseModel):
    """One question to a biller: what does this customer owe? It lives until `expires_at`."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("asked")
        FOUND = "found", _("found")
        NO_DUES = "no_dues", _("nothing is due")
        NOT_FOUND = "not_found", _("no such customer")
        FAILED = "failed", _("could not be queried")
        EXPIRED = "expired", _("too old")

    our_ref = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="bill_fetches")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("requested at"))
    biller = models.ForeignKey(Biller, models.PROTECT, related_name="fetches")
    parameters = models.JSONField(_("parameters"))
    payer = models.ForeignKey("stations.Person", models.PROTECT, null=True, blank=True, related_name="bill_fetches")
    household = models.ForeignKey(
        "stations.Household", models.PROTECT, null=True, blank=True, related_name="bill_fetches"
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.REQUESTED)
    failure_code = models.CharField(_("failure"), max_length=40, blank=True)
    bill_ref = models.CharField(_("bill"), max_length=64, blank=True)
    customer_name = models.CharField(_("customer"), max_length=120, blank=True)
    period = models.CharField(_("period"), max_length=20, blank=True)
    due_date = models.DateField(_("due"), null=True, blank=True)
    amount_minor = models.BigIntegerField(_("amount"), null=True, blank=True)
    minimum_minor = models.BigIntegerField(_("minimum amount"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)

    objects = BillFetchQuerySet.as_manager()

    class Meta:
        verbose_name = _("bill fetched")
        verbose_name_plural = _("bills fetched")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(status__in=["found", "expired"], amount_minor__gt=0, expires_at__isnull=False) & ~Q(bill_ref="")
                )
                | (~Q(status__in=["found", "expired"]) & Q(amount_minor=None, bill_ref="")),
                name="bill_fetch_has_a_bill_exactly_when_found",
            ),
        ]
        indexes = [
            models.Index(fields=["household", "-asked_at"], name="bill_fetch_of_household"),
            models.Index(fields=["station", "-asked_at"], name="bill_fetch_of_station"),
        ]

    def __str__(self) -> str:
        return str(self.our_ref)

    @property
    def amount(self) -> Money | None:
        """What is due, once the biller has answered."""
        return None if self.amount_minor is None else Money(self.amount_minor, self.currency)


class BillPayment(BaseModel):
    """What a payment pays: one bill of one biller. Its state is the payment's."""

    payment = models.OneToOneField("finance.Payment", models.CASCADE, primary_key=True, related_name="bill")
    biller = models.ForeignKey(Biller, models.PROTECT, related_name="payments")
    fetch = models.ForeignKey(BillFetch, models.PROTECT, null=True, blank=True, related_name="payments")
    household = models.ForeignKey(
        "stations.Household", models.PROTECT, null=True, blank=True, related_name="bill_payments"
    )
    parameters = models.JSONField(_("parameters"))
    bill_ref = models.CharField(_("bill"), max_length=64, blank=True)
    due_date = models.DateField(_("due"), null=True, blank=True)
    biller_receipt_no = models.CharField(_("biller's receipt"), max_length=64, blank=True)
    is_live = models.BooleanField(
        default=True, help_text=_("False once the payment failed or was reversed: the bill can be paid again.")
    )
    allows_parts = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("bill payment")
        verbose_name_plural = _("bill payments")
        constraints = [
            models.UniqueConstraint(
                fields=["biller", "bill_ref"],
                condition=Q(is_live=True, allows_parts=False) & ~Q(bill_ref=""),
                name="bill_is_paid_by_one_live_payment",
            ),
        ]
        indexes = [models.Index(fields=["household", "-payment"], name="bill_payment_of_household")]

    def __str__(self) -> str:
        return f"{self.biller_id} {self.bill_ref}"

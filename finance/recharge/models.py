"""Operators and their plans as data, phones recharged."""

import datetime as dt
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from core.base import BaseModel
from core.language.formatting import name_of
from core.money import Money, share
from core.web.ranges import DateSpan, holds_on


class DatedQuerySet(models.QuerySet):
    """Rows that hold from a date, until before another."""

    def on(self, date: dt.date) -> Self:
        """Those that hold on this date."""
        return self.filter(holds_on(date))


class Operator(BaseModel):
    """A telephone company whose phones we recharge; nothing about it is known to code.

    `prefixes` and `phone_pattern` speak of national digits. `wholesale_bp` is what we owe of an amount that no plan
    names, in basis points, rounded half up.
    """

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_zh = models.CharField(_("name in Chinese"), max_length=80)
    provider = models.ForeignKey("core.Provider", models.PROTECT, related_name="+")
    country = models.CharField(_("country"), max_length=2, default="CN")
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    prefixes = ArrayField(
        models.CharField(max_length=8, validators=[RegexValidator(r"^[0-9]+$")]),
        verbose_name=_("first digits of its numbers"),
        help_text=_("Without the country's code; the longest that fits decides."),
    )
    phone_pattern = models.CharField(
        _("pattern of its numbers"), max_length=120, default=r"1[3-9][0-9]{9}", help_text=_("Of the national digits.")
    )
    wholesale_bp = models.PositiveSmallIntegerField(
        _("wholesale, basis points"), default=10_000, help_text=_("What we owe for an amount without a plan.")
    )
    reversal_days = models.PositiveSmallIntegerField(
        _("days to ask back"), default=0, help_text=_("0: only on the same day.")
    )
    min_amount_minor = models.BigIntegerField(_("minimum amount"))
    max_amount_minor = models.BigIntegerField(_("maximum amount"))
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    is_active = models.BooleanField(_("active"), default=True)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("operator")
        verbose_name_plural = _("operators")
        constraints = [
            models.CheckConstraint(
                condition=Q(wholesale_bp__gt=0, wholesale_bp__lte=10_000), name="operator_wholesale_is_within_retail"
            ),
            models.CheckConstraint(
                condition=Q(min_amount_minor__gt=0, max_amount_minor__gte=F("min_amount_minor")),
                name="operator_amounts_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="operator_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return name_of(self)

    def wholesale_of(self, amount: Money) -> Money:
        """What we owe the operator for an amount that no plan names."""
        return Money(share(amount.minor, self.wholesale_bp, rounding="half_up"), amount.currency)


class Plan(BaseModel):
    """What an operator sells on some dates: the villager pays the face amount, we owe the wholesale amount."""

    class Kind(models.TextChoices):
        TALKTIME = "talktime", _("talktime")
        DATA = "data", _("data")
        BUNDLE = "bundle", _("bundle")

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="plans")
    code = models.CharField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.TALKTIME)
    name = models.CharField(_("name"), max_length=80)
    name_zh = models.CharField(_("name in Chinese"), max_length=80)
    face_amount_minor = models.BigIntegerField(_("face amount"))
    wholesale_amount_minor = models.BigIntegerField(_("wholesale amount"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan of an operator")
        verbose_name_plural = _("plans of operators")
        constraints = [
            models.CheckConstraint(
                condition=Q(wholesale_amount_minor__gt=0, face_amount_minor__gte=F("wholesale_amount_minor")),
                name="plan_wholesale_is_within_face",
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gt=F("from_date")), name="plan_ends_after_it_begins"
            ),
            ExclusionConstraint(
                name="plan_has_one_price_at_any_date",
                expressions=[
                    (F("operator"), RangeOperators.EQUAL),
                    (F("code"), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.code}"

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return name_of(self)

    @property
    def face(self) -> Money:
        """What the villager pays."""
        return Money(self.face_amount_minor, self.operator.currency)

    @property
    def wholesale(self) -> Money:
        """What we owe the operator."""
        return Money(self.wholesale_amount_minor, self.operator.currency)


class Recharge(BaseModel):
    """What a payment recharges: one phone of one operator. Its state is the payment's.

    The wholesale amount is that of the moment of the sale; a plan that changes before the operator has answered
    changes nothing here.
    """

    payment = models.OneToOneField("finance.Payment", models.CASCADE, primary_key=True, related_name="recharge")
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="recharges")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="recharges")
    phone = PhoneNumberField(_("phone"))
    amount_minor = models.BigIntegerField(_("amount"))
    wholesale_minor = models.BigIntegerField(_("wholesale amount"))
    currency = models.CharField(_("currency"), max_length=3)
    is_ported = models.BooleanField(
        _("ported to this operator"), default=False, help_text=_("The number starts like another operator's.")
    )
    is_open = models.BooleanField(default=True, help_text=_("Until the payment is decided, the same recharge waits."))

    class Meta:
        verbose_name = _("recharge")
        verbose_name_plural = _("recharges")
        constraints = [
            models.CheckConstraint(
                condition=Q(wholesale_minor__gt=0, amount_minor__gte=F("wholesale_minor")),
                name="recharge_wholesale_is_within_amount",
            ),
            models.UniqueConstraint(
                fields=["operator", "phone", "amount_minor"],
                condition=Q(is_open=True),
                name="recharge_is_open_once",
            ),
        ]
        indexes = [models.Index(fields=["phone", "-payment"], name="recharge_of_phone")]

    def __str__(self) -> str:
        return str(self.payment_id)

    @property
    def wholesale(self) -> Money:
        """What we owe the operator once it is done."""
        return Money(self.wholesale_minor, self.currency)

    def wholesale_for(self, minor: int) -> int:
        """What we owe the operator for so much of the amount, at the price of this sale; minor units, half up."""
        owed = (2 * abs(minor) * self.wholesale_minor + self.amount_minor) // (2 * self.amount_minor)
        return owed if minor > 0 else -owed

    @property
    def margin(self) -> int:
        """Retail less wholesale, minor units."""
        return self.amount_minor - self.wholesale_minor

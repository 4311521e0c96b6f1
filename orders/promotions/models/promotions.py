"""What a promotion takes off, where, when and for whom, what it may cost, and who bears it."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.language.formatting import name_of
from core.money import Money
from stations.scope import DivisionScopedQuerySet
from stations.two_persons import TwoPersons

#: Basis points: a percentage takes off at most nine tenths.
MOST_BP = 9_000
#: How the history of a promotion notes the consent of the shop's farmer.
FARMER_AGREED = "farmer agreed"


class PromotionQuerySet(DivisionScopedQuerySet):
    division_path = "division__path"
    read_verb = "orders.read_promotion"


class Promotion(BaseModel):
    """A rule that takes something off the goods of an order; amounts in minor units of `currency`.

    `value` is in basis points (percent, farmer_discount), or in minor units: off the order (amount), or off each
    complete set of its articles (bundle). It holds from `from_date` until before `to_date`, days of each station's own
    calendar. `used_minor` is what its uses have cost and did not give back: the database adds it up.
    """

    class Kind(models.TextChoices):
        PERCENT = "percent", _("percentage off")
        AMOUNT = "amount", _("amount off")
        BUNDLE = "bundle", _("amount off a set of articles")
        FARMER_DISCOUNT = "farmer_discount", _("percentage off for farmers")

    class Audience(models.TextChoices):
        RETAIL = "retail", _("villagers")
        FARMER = "farmer", _("farmers")

    class Status(models.TextChoices):
        PREPARED = "prepared", pgettext_lazy("promotion", "to be approved")
        APPROVED = "approved", pgettext_lazy("promotion", "approved")
        REJECTED = "rejected", pgettext_lazy("promotion", "rejected")
        ENDED = "ended", pgettext_lazy("promotion", "ended early")

    #: Their value is in basis points.
    IN_BASIS_POINTS = (Kind.PERCENT, Kind.FARMER_DISCOUNT)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=160, unique=True, help_text=_("Unique forever: one press, one promotion."))
    code = models.CharField(_("code"), max_length=20, unique=True, help_text=_("What a buyer with a coupon says."))
    name = LineField(_("name"), max_length=60)
    name_zh = LineField(_("name in Chinese"), max_length=60)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    value = models.BigIntegerField(_("value"), help_text=_("In basis points, or in minor units of the currency."))
    needs_coupon = models.BooleanField(_("only with its coupon"), default=False)
    audience = models.CharField(_("audience"), max_length=6, choices=Audience, default=Audience.RETAIL)
    division = models.ForeignKey(
        "stations.Division",
        models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"level": "county"},
        related_name="+",
        verbose_name=_("county"),
        help_text=_("Empty: in every county that has this currency."),
    )
    currency = CurrencyField(_("currency"))
    category = models.ForeignKey(
        "orders.Category",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category of goods"),
        help_text=_("Empty: all of them."),
    )
    supplier = models.ForeignKey(
        "orders.Supplier",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("supplier"),
        help_text=_("Empty: all of them. A supplier bears only what is taken off its own goods."),
    )
    shop = models.ForeignKey(
        "orders.Shop",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="coupons",
        verbose_name=_("farmer's shop"),
        help_text=_("Only for a coupon that buyers in the city use in this shop."),
    )
    min_goods_minor = models.BigIntegerField(_("from goods of"), default=0)
    priority = models.PositiveSmallIntegerField(_("priority"), default=0)
    budget_minor = models.BigIntegerField(_("budget"))
    used_minor = models.BigIntegerField(_("used"), default=0, editable=False)
    per_villager_limit = models.PositiveSmallIntegerField(
        _("times for each resident"), null=True, blank=True, help_text=_("Empty: without a limit.")
    )
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), help_text=_("The first day on which it does not hold any more."))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PREPARED)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("prepared by")
    )
    prepared_at = models.DateTimeField(_("prepared at"))
    agreed_at = models.DateTimeField(_("farmer agreed at"), null=True, blank=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("word of the farmer recorded by"),
    )
    agreed_witness = models.ForeignKey(
        "stations.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("witness")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = PromotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["percent", "farmer_discount"], value__gt=0, value__lte=MOST_BP)
                | Q(kind__in=["amount", "bundle"], value__gt=0),
                name="promotion_takes_something_off_and_leaves_something",
            ),
            models.CheckConstraint(
                condition=~Q(kind="amount") | Q(min_goods_minor__gt=F("value")),
                name="amount_off_is_less_than_the_goods_it_needs",
            ),
            models.CheckConstraint(
                condition=~Q(kind="farmer_discount") | Q(audience="farmer"), name="farmer_discount_is_for_farmers"
            ),
            models.CheckConstraint(
                condition=Q(used_minor__gte=0, used_minor__lte=F("budget_minor")),
                name="promotion_used_never_exceeds_budget",
            ),
            models.CheckConstraint(
                condition=Q(budget_minor__gt=0, min_goods_minor__gte=0)
                & (Q(per_villager_limit=None) | Q(per_villager_limit__gte=1)),
                name="promotion_limits_are_above_nothing",
            ),
            models.CheckConstraint(condition=Q(to_date__gt=F("from_date")), name="promotion_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9]{4,20}$"), name="promotion_code_can_be_said"),
            models.CheckConstraint(
                condition=Q(status="prepared", decided_by=None, decided_at=None)
                | (~Q(status="prepared") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="promotion_is_decided_exactly_when_not_prepared",
            ),
            models.CheckConstraint(
                condition=Q(status="ended", ended_at__isnull=False) | (~Q(status="ended") & Q(ended_at=None)),
                name="promotion_says_when_it_was_ended",
            ),
            TwoPersons(
                checker="decided_by",
                makers=("prepared_by", "agreed_by"),
                name="promotion_is_decided_by_another_person",
            ),
            TwoPersons(
                checker="agreed_by", makers=("prepared_by",), name="who_prepares_a_coupon_does_not_speak_for_the_farmer"
            ),
            models.CheckConstraint(
                condition=Q(shop=None)
                | Q(
                    needs_coupon=True,
                    kind__in=["percent", "amount"],
                    audience="retail",
                    category=None,
                    supplier=None,
                    division__isnull=False,
                ),
                name="coupon_of_a_shop_is_for_its_goods_alone",
            ),
            models.CheckConstraint(
                condition=Q(shop=None, agreed_at=None, agreed_by=None, agreed_witness=None)
                | Q(shop__isnull=False, agreed_at=None, agreed_by=None, agreed_witness=None)
                & ~Q(status__in=["approved", "ended"])
                | Q(shop__isnull=False, agreed_at__isnull=False, agreed_by__isnull=False),
                name="coupon_of_a_shop_holds_with_the_farmers_word",
            ),
            TwoPersons(
                checker="agreed_witness", makers=("agreed_by",), name="nobody_witnesses_a_coupon_that_they_record"
            ),
        ]
        indexes = [
            models.Index(fields=["currency", "to_date"], condition=Q(status="approved"), name="promotion_that_holds"),
            models.Index(fields=["-prepared_at", "-id"], name="promotion_by_time"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return name_of(self)

    @property
    def budget(self) -> Money:
        """The most that it may cost."""
        return Money(self.budget_minor, self.currency)

    @property
    def used(self) -> Money:
        """What it has cost so far, without what was given back."""
        return Money(self.used_minor, self.currency)

    @property
    def left(self) -> Money:
        """What is left of the budget."""
        return self.budget - self.used

    @property
    def min_goods(self) -> Money:
        """The goods that it applies to cost at least so much, before any promotion."""
        return Money(self.min_goods_minor, self.currency)

    @property
    def last_day(self) -> dt.date:
        """The last day on which it holds."""
        return self.to_date - dt.timedelta(days=1)

    @property
    def is_in_basis_points(self) -> bool:
        """Whether its value is a percentage."""
        return self.kind in self.IN_BASIS_POINTS

    @property
    def percent_bp(self) -> int | None:
        """What it takes off in basis points; None where it is an amount."""
        return self.value if self.is_in_basis_points else None

    @property
    def amount_off(self) -> Money | None:
        """What it takes off an order, or each set; None where it is a percentage."""
        return None if self.is_in_basis_points else self.in_currency(self.value)

    def in_currency(self, minor: int) -> Money:
        """So many minor units of its currency."""
        return Money(minor, self.currency)


class PromotionArticle(BaseModel):
    """So many pieces or grams of an article belong to one set of a bundle."""

    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="articles", verbose_name=_("promotion"))
    variant = models.ForeignKey("orders.Variant", models.PROTECT, related_name="+", verbose_name=_("variant"))
    quantity = models.BigIntegerField(_("quantity"), help_text=_("In pieces, or in grams."))

    class Meta:
        verbose_name = _("article of a promotion")
        verbose_name_plural = _("articles of promotions")
        constraints = [
            models.UniqueConstraint(fields=["promotion", "variant"], name="bundle_names_an_article_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="bundle_article_is_above_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} {self.quantity}"


class PromotionBearer(BaseModel):
    """Who bears which share of what a promotion takes off, in basis points: all of them are 10,000."""

    class Party(models.TextChoices):
        PLATFORM = "platform", _("platform")
        SUPPLIER = "supplier", _("supplier")
        COUNTY = "county", _("county")
        SELLER = "seller", _("farmer of the shop")

    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="bearers", verbose_name=_("promotion"))
    party = models.CharField(_("who bears it"), max_length=8, choices=Party)
    share_bp = models.PositiveSmallIntegerField(_("share"), help_text=_("In basis points: 5,000 is one half."))

    class Meta:
        verbose_name = _("bearer of a promotion")
        verbose_name_plural = _("bearers of promotions")
        constraints = [
            models.UniqueConstraint(fields=["promotion", "party"], name="party_bears_one_share_of_a_promotion"),
            models.CheckConstraint(
                condition=Q(share_bp__gt=0, share_bp__lte=10_000), name="bearer_has_a_share_of_the_promotion"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.share_bp}"

    #: What it bears so far, where a reader has worked it out.
    borne: Money | None = None

    @property
    def agreed_at(self) -> dt.datetime | None:
        """When it agreed; None while it has not, and of the platform, which agrees by approving.

        The word of a farmer stands on the coupon itself.
        """
        if self.party == self.Party.SELLER:
            return self.promotion.agreed_at
        agreement: PromotionAgreement | None = getattr(self, "agreement", None)
        return agreement.agreed_at if agreement else None

    @property
    def percent(self) -> str:
        """`50`, `33.33`."""
        return f"{self.share_bp / 100:g}"


class PromotionAgreement(BaseModel):
    """That a county or a supplier bears its share of a promotion, until its budget is used up. Append-only.

    A county's manager agrees; of a supplier somebody of the network writes down by which paper it has agreed.
    """

    bearer = models.OneToOneField(
        PromotionBearer, models.PROTECT, related_name="agreement", verbose_name=_("bearer of a promotion")
    )
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("agreement recorded by")
    )
    agreed_at = models.DateTimeField(_("agreement recorded at"))
    evidence = LineField(_("paper of the agreement"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("agreement to bear a promotion")
        verbose_name_plural = _("agreements to bear promotions")

    def __str__(self) -> str:
        return str(self.bearer_id)

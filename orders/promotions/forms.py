"""What is typed about promotions."""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, KeyedForm, Line, MoneyField, Words
from core.money import Money
from orders.catalog.models import Category, Supplier
from orders.catalog.queries import variant_called
from orders.promotions.models import Promotion, PromotionBearer
from orders.promotions.queries import shop_called
from orders.promotions.services import BundleArticle
from orders.shops.models import Shop
from stations.places.models import Division

#: A line of a set: an article's number or barcode, and how much of it.
ARTICLE = re.compile(r"(?P<number>\S+)\s+(?P<quantity>[1-9][0-9]{0,8})")
ARTICLES_AT_MOST = 10


class PercentField(forms.DecimalField):
    """A percentage with at most two decimals, understood as basis points."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=100, decimal_places=2, **kwargs)

    def clean(self, value: Any) -> Any:
        """Basis points; None where nothing is typed."""
        percent = cast("Decimal | None", super().clean(value))
        return None if percent is None else int(percent * 100)


class TitleField(forms.ModelChoiceField):
    """Rows of reference data, by their names in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        """Its name."""
        return str(obj.title)


class PrepareForm(KeyedForm):
    """What a promotion takes off, where, when and for whom, what it may cost, and who bears it."""

    code = Line(label=_("Coupon"), max_length=40, help_text=_("4 to 20 letters and digits. Buyers say it as a coupon."))
    name = Line(label=_("Name in English"), max_length=60)
    name_zh = Line(label=_("Name in Chinese"), max_length=60)
    division = forms.ChoiceField(label=_("Where does it hold?"), required=False)
    kind = forms.ChoiceField(label=_("What is taken off?"), choices=Promotion.Kind, widget=forms.RadioSelect)
    percent = PercentField(label=_("Percentage"), required=False, help_text=_("Only for a percentage: at most 90."))
    amount = MoneyField(label=_("Amount off"), required=False, help_text=_("Only for an amount, or for each set."))
    articles = Words(
        label=_("Articles of a set"),
        max_length=600,
        required=False,
        help_text=_("Only for a set. One line each: article number and quantity, such as RICE-25 2."),
    )
    category = TitleField(Category.objects.none(), label=_("For which goods?"), required=False)
    supplier = TitleField(
        Supplier.objects.none(),
        label=_("Of which supplier?"),
        required=False,
        help_text=_("A supplier bears only what is taken off its own goods."),
    )
    shop = Line(
        label=_("Of which farmer's shop?"),
        max_length=120,
        required=False,
        help_text=_("Only for a coupon of one shop: its address in the city. The farmer has to agree."),
    )
    min_goods = MoneyField(label=_("From goods of"), required=False, help_text=_("What they cost before promotions."))
    audience = forms.ChoiceField(label=_("For whom?"), choices=Promotion.Audience, widget=forms.RadioSelect)
    needs_coupon = forms.BooleanField(label=_("Only with its code as a coupon"), required=False)
    per_villager_limit = forms.IntegerField(
        label=_("Times for each resident"),
        required=False,
        min_value=1,
        max_value=1_000,
        help_text=_("Empty: without a limit. With a limit only for buyers with a file."),
    )
    priority = forms.IntegerField(
        label=_("Priority"),
        required=False,
        min_value=0,
        max_value=1_000,
        help_text=_("Of two that take the same off, the higher is given. Empty: 0."),
    )
    budget = MoneyField(label=_("Budget"), help_text=_("More than this is never taken off in all."))
    from_date = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"), validators=[MaxValueValidator(dt.date.max - dt.timedelta(days=1))])
    platform = PercentField(label=_("The platform bears, in percent"), required=False)
    supplier_share = PercentField(label=_("The supplier bears, in percent"), required=False)
    county_share = PercentField(label=_("The county bears, in percent"), required=False)
    seller_share = PercentField(label=_("The farmer of the shop bears, in percent"), required=False)

    def __init__(
        self, *args: Any, counties: Iterable[Division], everywhere: bool, currency: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.counties = {each.code: each for each in counties}
        choices = [(code, each.short_name) for code, each in self.counties.items()]
        self.offer("division", [("", _("in every county")), *choices] if everywhere else choices)
        self.fields["division"].required = not everywhere
        for name in ("amount", "min_goods", "budget"):
            cast(MoneyField, self.fields[name]).use_currency(currency)
        self.currency = currency
        for name, model in (("category", Category), ("supplier", Supplier)):
            field = cast(forms.ModelChoiceField, self.fields[name])
            field.queryset = model.objects.order_by("code")
            field.empty_label = _now("all")
        self.initial.setdefault("kind", Promotion.Kind.PERCENT)
        self.initial.setdefault("audience", Promotion.Audience.RETAIL)
        self.initial.setdefault("platform", 100)

    @property
    def county(self) -> Division | None:
        """Where it holds; None in every county."""
        return self.counties.get(self.cleaned_data.get("division", ""))

    @property
    def shares(self) -> dict[str, int]:
        """Basis points by party, of those who bear something."""
        party = PromotionBearer.Party
        fields = {
            party.PLATFORM: "platform",
            party.SUPPLIER: "supplier_share",
            party.COUNTY: "county_share",
            party.SELLER: "seller_share",
        }
        return {str(one): self.cleaned_data[field] for one, field in fields.items() if self.cleaned_data.get(field)}

    @property
    def value(self) -> int:
        """Basis points, or minor units, as the kind says; 0 where it is not typed."""
        if self.cleaned_data["kind"] in Promotion.IN_BASIS_POINTS:
            return self.cleaned_data["percent"] or 0
        amount = cast("Money | None", self.cleaned_data["amount"])
        return amount.minor if amount else 0

    def field_of(self, refused: str | None) -> str | None:
        """The field at which a refusal of the service is shown."""
        named = {"to_date": "last_day", "shares": "platform", "county": "division"}
        if refused == "value":
            return "percent" if self.cleaned_data["kind"] in Promotion.IN_BASIS_POINTS else "amount"
        return named.get(refused or "", refused)

    def clean_shop(self) -> Shop | None:
        """The shop whose address, or its end, was typed."""
        typed = self.cleaned_data["shop"].strip().rstrip("/").rpartition("/")[2]
        found = shop_called(typed) if typed else None
        if typed and found is None:
            raise forms.ValidationError(_("No shop that is open has this address."))
        return found

    def clean_articles(self) -> list[BundleArticle]:
        """Each line as an article and its quantity."""
        lines = [line.strip() for line in self.cleaned_data["articles"].splitlines() if line.strip()]
        if len(lines) > ARTICLES_AT_MOST:
            raise forms.ValidationError(_("A set has at most %(most)s articles.") % {"most": ARTICLES_AT_MOST})
        return [_article(line) for line in lines]


def _article(line: str) -> BundleArticle:
    read = ARTICLE.fullmatch(line)
    variant = variant_called(read["number"]) if read else None
    if read is None or variant is None:
        raise forms.ValidationError(_("This line names no article and quantity: %(line)s") % {"line": line})
    return BundleArticle(variant, int(read["quantity"]))


class EvidenceForm(KeyedForm):
    """By which paper a supplier has agreed."""

    evidence = Line(
        label=_("Paper of the agreement"), max_length=200, help_text=_("What was signed: who, its number and date.")
    )


class WhyForm(KeyedForm):
    """Why it is rejected, or ends."""

    reason = Line(label=_("Why?"), max_length=200)

"""What is typed about shops: by the station, by the county, and by buyers in the city."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from core.forms import Digits, KeyedForm, Line, MoneyField, PhotoField, Words
from core.money import Money
from orders.promotions.models import Promotion
from orders.shops.models import ShopArticle, ShopClaim

PREFIX = "n-"
#: Of one article, by one buyer at once.
MOST = 99


class OpenShopForm(KeyedForm):
    """What the shop is called, and what the farmer says."""

    name_zh = Line(label=_("Name in Chinese"), max_length=60)
    name = Line(label=_("Name in English"), max_length=60)
    story_zh = Words(label=_("What the farmer says, in Chinese"), max_length=600, required=False)
    story = Words(label=_("What the farmer says, in English"), max_length=600, required=False)


class ArticleForm(KeyedForm):
    """An article: what it is, what one costs, how many there are."""

    name_zh = Line(label=_("Name in Chinese"), max_length=60)
    name = Line(label=_("Name in English"), max_length=60)
    text_zh = Words(label=_("Description in Chinese"), max_length=400, required=False)
    text = Words(label=_("Description in English"), max_length=400, required=False)
    price = MoneyField(label=_("Price of one"))
    weight_g = forms.IntegerField(label=_("Weight of one, in grams"), min_value=1, max_value=1_000_000)
    stock = forms.IntegerField(
        label=_("How many can be sold?"),
        min_value=0,
        max_value=100_000,
        help_text=_("In addition to what is already ordered."),
    )
    photo = PhotoField(label=_("Photo"), required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        price = self.fields["price"]
        price.least = Money(1, currency)  # type: ignore[attr-defined]
        price.use_currency(currency)  # type: ignore[attr-defined]


class ChangeArticleForm(ArticleForm):
    """The same, and whether it is offered at all; `stock_seen` is how many could be sold when the page was shown."""

    stock_seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    is_offered = forms.BooleanField(label=_("Is offered"), required=False)


class ShopCodeForm(KeyedForm):
    """The code that the farmer reads out."""

    code = Digits(label=_("Code from the farmer's phone"), shortest=6, longest=6)


class ShopSignedForm(KeyedForm):
    """Who saw the farmer sign."""

    witness_card = Line(label=_("Witness: resident card or number"), max_length=40)


class ShopReasonForm(KeyedForm):
    """Why."""

    reason = Line(label=_("Why?"), max_length=200)


class SendForm(KeyedForm):
    """Who carries it, under which number."""

    courier = Line(label=_("Sent with"), max_length=40)
    tracking_number = Line(label=_("Tracking number"), max_length=40)


#: Of the address of a basket.
COUPON = "coupon"


class BasketForm(forms.Form):
    """How many of each article; it only looks. What other sellers' pages put in goes along unseen."""

    def __init__(
        self,
        *args: Any,
        rows: Iterable[tuple[ShopArticle, int]],
        others: Iterable[tuple[str, int]] = (),
        coupon: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for article, quantity in rows:
            self.fields[f"{PREFIX}{article.ref}"] = forms.IntegerField(
                label=article.title, min_value=0, max_value=min(article.stock, MOST), initial=quantity
            )
        for ref, quantity in others:
            self.fields[f"{PREFIX}{ref}"] = forms.IntegerField(widget=forms.HiddenInput, initial=quantity)
        if coupon is not None:
            self.fields[COUPON] = Line(label=_("Coupon"), max_length=40, required=False, initial=coupon)


class BuyerForm(KeyedForm):
    """Who buys, and where it is sent; `total` is what the page said that it costs."""

    name = Line(label=_("Your name"), max_length=80)
    phone = PhoneNumberField(label=_("Your phone"), help_text=_("We text you there."))
    address = Line(label=_("Delivery address"), max_length=240, help_text=_("Province, city, street, number."))
    total = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].region = country  # type: ignore[attr-defined]


class ClaimForm(KeyedForm):
    """What is wrong with goods that have arrived, what the buyer asks back, and photos."""

    reason = forms.ChoiceField(label=_("What is wrong with the goods?"), choices=ShopClaim.Reason.choices)
    amount = MoneyField(label=_("How much of the price should be refunded?"))
    words = Words(label=_("Say what is wrong"), max_length=400, required=False)
    photo = PhotoField(label=_("Photo of what is wrong"))
    photo_2 = PhotoField(label=_("Second photo"), required=False)
    photo_3 = PhotoField(label=_("Third photo"), required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = self.fields["amount"]
        amount.least = Money(1, currency)  # type: ignore[attr-defined]
        amount.use_currency(currency)  # type: ignore[attr-defined]


class AppealForm(KeyedForm):
    """Why a refused complaint should be looked at again."""

    words = Words(label=_("Why should another person look at it?"), max_length=400)


class AcceptClaimForm(KeyedForm):
    """How much of the goods is given back, and who caused it."""

    amount = MoneyField(label=_("How much is refunded?"))
    bearer = forms.ChoiceField(label=_("Who caused it?"), choices=ShopClaim.Bearer.choices)

    def __init__(self, *args: Any, currency: str, asked: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = self.fields["amount"]
        amount.least = Money(1, currency)  # type: ignore[attr-defined]
        amount.use_currency(currency)  # type: ignore[attr-defined]
        amount.initial = asked


class ReceivedForm(KeyedForm):
    """Which order the buyer has received."""

    order = forms.UUIDField(widget=forms.HiddenInput)


class CouponForm(KeyedForm):
    """Which coupon of the shop waits for the word of the farmer."""

    coupon = forms.ChoiceField(label=_("Coupon"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, coupons: Iterable[tuple[Promotion, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(coupons)
        self.coupons = {str(promotion.pk): promotion for promotion, _words in rows}
        self.offer("coupon", [(str(promotion.pk), words) for promotion, words in rows])
        if len(rows) == 1:
            self.fields["coupon"].initial = str(rows[0][0].pk)

    def clean_coupon(self) -> Promotion:
        """The coupon that was chosen."""
        return self.coupons[self.cleaned_data["coupon"]]

    @property
    def typed(self) -> dict[str, Any]:
        """As the verbs of coupons expect it."""
        data = super().typed
        return {**data, "promotion": data.pop("coupon")}


class CouponCodeForm(CouponForm):
    """The same, with the code that the farmer reads out."""

    code = Digits(label=_("Code from the farmer's phone"), shortest=6, longest=6)


class CouponSignedForm(CouponForm):
    """The same, with who saw the farmer sign for it."""

    witness_card = Line(label=_("Witness: resident card or number"), max_length=40)


def city_key(form: KeyedForm) -> str:
    return f"city:{form.cleaned_data['key']}"

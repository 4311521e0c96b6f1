"""How shops are shown: colours of states, the price divided, and what search engines read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.language import formatting
from core.money import Money, share
from core.web.charts import Share, Shares
from orders.produce.display import percent_words
from orders.promotions.display import kind_of as promotion_kind
from orders.promotions.display import value_words
from orders.promotions.models import Promotion
from orders.shops.models import Shop, ShopArticle, ShopClaim, ShopOrder

_S, _O = Shop.Status, ShopOrder.Status
KINDS: dict[str, str] = {
    _S.APPROVED: "ok",
    _S.ON_BREAK: "info",
    _S.REJECTED: "bad",
    _S.SUSPENDED: "bad",
    _S.TERMINATED: "info",
    _O.SENT: "ok",
    _O.DELIVERED: "ok",
    _O.COMPLETED: "ok",
    _O.CANCELLED: "bad",
    _O.EXPIRED: "info",
}
#: What would end a script, written so that it does not.
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
SCHEMA = "https://schema.org"
#: Of one shop, on its page.
COUPONS = 20


def kind_of(row: Shop | ShopOrder) -> str:
    """The colour of a state."""
    return KINDS.get(row.status, "wait")


def kind_of_claim(claim: ShopClaim) -> str:
    """The colour of a claim's state, as its buyer sees it."""
    states = ShopClaim.Status
    kinds = {states.ACCEPTED: "ok", states.REFUSED: "bad", states.REJECTED: "bad", states.OVERTAKEN: "info"}
    return kinds.get(states(claim.status), "wait")


def public_address(shop: Shop) -> str:
    """The whole address of a shop, to be shared."""
    return f"{settings.ECOMNET_PUBLIC_URL}{reverse('cityshops:shop', args=[shop.ref])}"


def photo_address(article: ShopArticle) -> str:
    """Where anybody sees the photo of an article; empty where there is none."""
    return reverse("cityshops:photo", args=[article.ref, article.photo_id]) if article.photo_id else ""


def farmers_part(shop: Shop, minor: int) -> int:
    """What of a price is the farmer's, in minor units."""
    kept = (share(minor, part, rounding="half_up") for part in (shop.platform_bp, shop.pack_help_bp))
    return minor - sum(kept)


def price_divided(shop: Shop, price: Money) -> Shares:
    """A price as a bar, and who gets what of it."""
    net = farmers_part(shop, price.minor)
    parts = [
        (_("the farmer"), net),
        (_("packing at the station"), share(price.minor, shop.pack_help_bp, rounding="half_up")),
        (_("the platform"), share(price.minor, shop.platform_bp, rounding="half_up")),
    ]
    return divided(parts, price)


def divided(parts: Iterable[tuple[str, int]], whole: Money) -> Shares:
    """An amount as a bar; the first part is the farmer's."""
    rows = list(parts)
    named = [Share(name, minor, formatting.amount(Money(minor, whole.currency))) for name, minor in rows if minor]
    percent = percent_words(rows[0][1] * 10_000 // whole.minor)
    finding = _("%(share)s of the price are the farmer's.") % {"share": percent}
    return Shares(_("Who gets the price"), finding, named, formatting.amount(whole))


def line_rows(order: ShopOrder) -> list[dict[str, Any]]:
    """Each article of an order with its amount, and the delivery."""
    rows = [{"title": line.title, "amount": line.amount} for line in order.lines.all()]
    if order.discount_minor:
        rows.append({"title": _("Coupon"), "amount": -order.discount})
    if order.freight_minor:
        rows.append({"title": _("Delivery"), "amount": order.freight})
    return rows


def structured_data(shop: Shop, articles: Sequence[ShopArticle]) -> SafeString:
    """The shop and its offers as schema.org names them: a block of data that runs nothing."""
    county = shop.station.county
    data = {
        "@context": SCHEMA,
        "@type": "Store",
        "name": shop.title,
        "url": public_address(shop),
        "founder": {"@type": "Person", "name": shop.owner.full_name},
        "address": {
            "@type": "PostalAddress",
            "addressLocality": str(county),
            "addressCountry": county.country,
        },
        "makesOffer": [_offer_of(shop, article) for article in articles],
    }
    written = orjson.dumps(data).decode().translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{written}</script>')  # noqa: S308 (escaped above)


def _offer_of(shop: Shop, article: ShopArticle) -> dict[str, Any]:
    item: dict[str, Any] = {"@type": "Product", "name": article.title, "description": article.words}
    if photo := photo_address(article):
        item["image"] = f"{settings.ECOMNET_PUBLIC_URL}{photo}"
    is_open = shop.status == Shop.Status.APPROVED and article.stock > 0
    return {
        "@type": "Offer",
        "price": str(article.price),
        "priceCurrency": article.currency,
        "availability": f"{SCHEMA}/{'InStock' if is_open else 'OutOfStock'}",
        "itemOffered": item,
    }


@dataclass(frozen=True, slots=True)
class CouponRow:
    """A coupon of a shop, as its page shows it."""

    promotion: Promotion
    words: str
    kind: str
    state: str


def coupon_rows(shop: Shop) -> list[CouponRow]:
    """Coupons of a shop, the newest first: what each takes off, and whether the farmer has agreed."""
    rows = shop.coupons.prefetch_related("bearers").order_by("-prepared_at", "-pk")[:COUPONS]
    return [CouponRow(each, coupon_words(each), promotion_kind(each), _coupon_state(each)) for each in rows]


def coupon_words(promotion: Promotion) -> str:
    """`HONEY10, ¥10.00 off, the farmer bears 50 %`."""
    sellers = next((each for each in promotion.bearers.all() if each.party == "seller"), None)
    about = {"code": promotion.code, "off": value_words(promotion), "share": sellers.percent if sellers else "0"}
    return _("%(code)s, %(off)s, the farmer bears %(share)s %%") % about


def _coupon_state(promotion: Promotion) -> str:
    if promotion.status == Promotion.Status.PREPARED and promotion.agreed_at is None:
        return _("waits for the farmer")
    return promotion.get_status_display()

"""What anybody may open: a shop, its photos, and the basket; nobody signs in."""

import datetime as dt
import re
from collections import Counter
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from core.access import PUBLIC, requires
from core.errors import Refused
from core.files.services import ALONE
from core.forms import SEE_OTHER
from core.money import AmountMalformed, Money, parse, total
from core.web.page_actions import form_page
from core.web.qr import qr_picture
from core.web.rate_limits import network_of
from orders.promotions.services import ShopSaving, shown_in_shop
from orders.shops import services
from orders.shops.display import (
    farmers_part,
    photo_address,
    price_divided,
    public_address,
    structured_data,
)
from orders.shops.forms import COUPON, MOST, PREFIX, BasketForm, BuyerForm, city_key
from orders.shops.models import Shop, ShopArticle, ShopCheckout
from orders.shops.queries import (
    articles_called,
    neighbours_of,
    offered,
    policy_at,
    public_shop,
    token_of,
)
from stations.accounts.models import User
from stations.recruitment.services import count_look_up

#: Whoever has the address sees the order: it is kept nowhere, named to nobody, and found by no search engine.
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
#: A photo never changes under its address.
KEPT = "public, max-age=86400, immutable"
LINES = 40
COUPON_LENGTH = 40
QUANTITY = re.compile(r"[1-9][0-9]?")
REF = re.compile(r"[A-Za-z0-9_-]{8}")


@require_GET
@requires(PUBLIC)
def shop(request: HttpRequest, ref: str) -> HttpResponse:
    """A farmer's shop: what is offered, what the farmer gets of the price, and the way into the basket."""
    found = _found(ref)
    articles = list(offered(found))
    quantities = _quantities(request)
    mine = {article.ref for article in articles}
    others = [(each, quantity) for each, quantity in quantities.items() if each not in mine]
    form = BasketForm(rows=[(each, quantities.get(each.ref, 0)) for each in articles if each.stock], others=others)
    carried = f"?{urlencode({f'{PREFIX}{each}': quantity for each, quantity in quantities.items()})}"
    page = {
        "shop": found,
        "address": public_address(found),
        "origin": settings.ECOMNET_PUBLIC_URL,
        "is_open": found.status == Shop.Status.APPROVED,
        "articles": [_article_row(found, each, form) for each in articles],
        "hidden": form.hidden_fields(),
        "shares": price_divided(found, articles[0].price) if articles else None,
        "picture": next((photo_address(each) for each in articles if each.photo_id), ""),
        "neighbours": [
            {"shop": each, "href": f"{reverse('cityshops:shop', args=[each.ref])}{carried if quantities else ''}"}
            for each in neighbours_of(found)
        ],
        "policy": policy_at(found.station, at=now()),
        "data": structured_data(found, articles),
    }
    return render(request, "orders/shops/city_shop.html", page)


def _found(ref: str) -> Shop:
    found = public_shop(ref) if REF.fullmatch(ref) else None
    if found is None:
        raise Http404
    return found


def _article_row(shop: Shop, article: ShopArticle, form: BasketForm) -> dict[str, Any]:
    name = f"{PREFIX}{article.ref}"
    return {
        "article": article,
        "photo": photo_address(article),
        "part": Money(farmers_part(shop, article.price_minor), article.currency),
        "field": form[name] if name in form.fields else None,
    }


@require_GET
@requires(PUBLIC)
def photo(request: HttpRequest, ref: str, pk: UUID) -> FileResponse:
    """The photo of an article that a shop offers; of others there is none."""
    rows = ShopArticle.objects.filter(ref=ref, photo=pk, is_offered=True, shop__status__in=Shop.PUBLIC)
    article = rows.select_related("photo").first()
    if article is None or article.photo is None:
        raise Http404
    response = FileResponse(article.photo.content.open("rb"), content_type=article.photo.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = KEPT
    response["Content-Security-Policy"] = ALONE
    return response


@require_GET
@requires(PUBLIC)
def qr(request: HttpRequest, ref: str) -> HttpResponse:
    """The address of a shop as a square code, to be printed on boxes and shared."""
    return qr_picture(public_address(_found(ref)))


@requires(PUBLIC)
def basket(request: HttpRequest) -> HttpResponse:
    """What is in the basket, by seller, what it costs, and who buys it; sent, the payment begins."""
    rows = [services.Wanted(each, quantity) for each, quantity in _chosen(request)]
    page = _basket_page(rows, _coupon_in(request))
    country = rows[0].article.shop.station.county.country if rows else ""
    form = BuyerForm(request.POST or None, country=country, initial={"total": page["total_typed"]})
    response = form_page(
        request,
        operation="orders.check_out",
        form=form,
        service=partial(_check_out, request=request, form=form, rows=rows),
        then=lambda _made: reverse("cityshops:basket"),
        template="orders/shops/city_basket.html",
        page=lambda: page,
    )
    if request.method == "POST" and response.status_code == SEE_OTHER:
        # The address is a secret, and what `form_page` answers is stored with the key.
        made = ShopCheckout.objects.get(key=city_key(form))
        response["Location"] = reverse("cityshops:order", args=[token_of(made)])
    for name, value in PRIVATE.items():
        response[name] = value
    return response


def _check_out(
    *,
    request: HttpRequest,
    form: BuyerForm,
    rows: list[services.Wanted],
    by: User | AnonymousUser,
    at: dt.datetime,
    total: str,
    **typed: Any,
) -> ShopCheckout:
    """Nobody is known here: the payment is taken in the name of who opened the first shop."""
    network = network_of(request)
    count_look_up(address=network, at=at)
    buyer = services.Buyer(
        name=typed["name"],
        phone=str(typed["phone"]),
        address=typed["address"],
        language=get_language() or "en",
        network=network,
    )
    expected, coupon = _seen(total, rows), _coupon_in(request)
    return services.check_out(wanted=rows, buyer=buyer, expected=expected, at=at, key=city_key(form), coupon=coupon)


def _seen(typed: str, rows: list[services.Wanted]) -> Money | None:
    """The total that the page said; what is no amount is another than the right one."""
    if not rows:
        return None
    currency = rows[0].article.currency
    try:
        return parse(typed, currency)
    except AmountMalformed:
        return Money(0, currency)


def _coupon_in(request: HttpRequest) -> str:
    """The code that the address of the basket names."""
    return request.GET.get(COUPON, "")[:COUPON_LENGTH].strip()


def _saving(rows: list[services.Wanted], coupon: str) -> tuple[ShopSaving | None, str]:
    """What a coupon takes off, or why it takes nothing off."""
    goods: Counter[UUID] = Counter()
    for each in rows:
        goods[each.article.shop_id] += each.article.price_minor * each.quantity
    shops = list({each.article.shop_id: each.article.shop for each in rows}.values())
    try:
        return shown_in_shop(coupon=coupon, shops=shops, goods=goods, at=now()), ""
    except Refused as refusal:
        return None, str(refusal)


def _basket_page(rows: list[services.Wanted], coupon: str) -> dict[str, Any]:
    sellers: dict[UUID, list[services.Wanted]] = {}
    for each in rows:
        sellers.setdefault(each.article.shop_id, []).append(each)
    saving, refusal = _saving(rows, coupon)
    groups = [_group(of_shop, saving) for of_shop in sellers.values()]
    currencies = {each.article.currency for each in rows}
    whole = total((group["total"] for group in groups), currencies.pop()) if len(currencies) == 1 else None
    return {
        "groups": groups,
        "total": whole,
        "total_typed": str(whole) if whole else "",
        "quantities": BasketForm(rows=[(each.article, each.quantity) for each in rows], coupon=coupon),
        "coupon_refused": refusal,
        "first": rows[0].article.shop if rows else None,
    }


def _group(rows: list[services.Wanted], saving: ShopSaving | None) -> dict[str, Any]:
    """One seller's goods, the delivery, what a coupon of this shop takes off, and all together."""
    shop, currency = rows[0].article.shop, rows[0].article.currency
    policy = policy_at(shop.station, at=now())
    freight = Money(policy.freight_minor if policy else 0, currency)
    amounts = [Money(each.article.price_minor * each.quantity, currency) for each in rows]
    titles = [f"{each.article.title} × {each.quantity}" for each in rows]
    lines = [{"title": title, "amount": amount} for title, amount in zip(titles, amounts, strict=True)]
    whole = total(amounts, currency) + freight
    if saving is not None and saving.promotion.shop_id == shop.pk:
        lines.append({"title": saving.promotion.title, "amount": -saving.amount})
        whole -= saving.amount
    return {"shop": shop, "lines": lines, "freight": freight, "total": whole}


def _quantities(request: HttpRequest) -> dict[str, int]:
    """Article -> how many, as the address says; what is not above zero, or too much, is left out."""
    found = {}
    for name in request.GET:
        value, ref = request.GET.get(name, ""), name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and REF.fullmatch(ref) and QUANTITY.fullmatch(value):
            found[ref] = min(int(value), MOST)
    return dict(list(found.items())[:LINES])


def _chosen(request: HttpRequest) -> list[tuple[ShopArticle, int]]:
    quantities = _quantities(request)
    return [(article, quantities[article.ref]) for article in articles_called(quantities)]

"""Shops in the console: opened for a farmer, decided by the county, filled with articles."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import load, may, requires
from core.files.models import StoredFile
from core.files.services import store_photo
from core.forms import PressForm
from core.money import Money
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of, to
from orders.promotions.models import Promotion
from orders.promotions.queries import coupons_to_agree
from orders.promotions.services import agree_coupon, send_coupon_code
from orders.shops import services
from orders.shops.display import coupon_rows, coupon_words, divided, kind_of, photo_address, public_address
from orders.shops.forms import (
    ArticleForm,
    ChangeArticleForm,
    CouponCodeForm,
    CouponForm,
    CouponSignedForm,
    OpenShopForm,
    ShopCodeForm,
    ShopReasonForm,
    ShopSignedForm,
)
from orders.shops.machine import SHOP
from orders.shops.models import Shop, ShopArticle, ShopPolicy
from orders.shops.queries import policy_at, shop_articles, shops, sold_by
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.current_station import counter_of
from stations.models import Person
from stations.people.queries import holder_of
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, EDIT, DECIDE = "orders.read_shop", "orders.edit_shop", "orders.decide_shop"
PACK = "orders.pack_shop_order"


@requires(EDIT)
def new(request: SignedInRequest) -> HttpResponse:
    """Open a shop for the farmer named in the address."""
    station, pk = counter_of(request.user, EDIT), request.GET.get("person")
    if not pk:
        return render(request, "orders/shops/for_whom.html")
    owner = load(Person.objects.living(), request.user, "stations.read_person", pk=pk)
    form = OpenShopForm(request.POST or None)
    return form_page(
        request,
        operation=EDIT,
        form=form,
        service=partial(_open, station=station, owner=owner, form=form),
        then=page_of("shops:shop"),
        template="orders/shops/new.html",
        page=lambda: {"owner": owner, "policy": _shares_of(policy_at(station, at=now()))},
    )


def _open(*, form: OpenShopForm, by: User, at: dt.datetime, **typed: Any) -> Shop:
    return services.open_shop(**typed, by=by, at=at, key=form.cleaned_data["key"])


def _shares_of(row: Shop | ShopPolicy | None) -> dict[str, str]:
    """The shares of a rule or a shop, in percent; nothing where there is no rule."""
    if row is None:
        return {}
    pack_help, platform = row.pack_help_bp, row.platform_bp
    shares = {"pack_help": pack_help, "platform": platform, "farmer": 10_000 - pack_help - platform}
    return {name: f"{points / 100:g} %" for name, points in shares.items()}


def _context(request: SignedInRequest, shop: Shop) -> dict[str, Any]:
    sums = sold_by(shop.pk)
    goods = Money(sums["goods"], shop.currency)
    parts = [
        (_("the farmer"), sums["net"]),
        (_("coupons that the farmer bears"), sums["coupons"]),
        (_("packing at the station"), sums["pack_help"]),
        (_("the platform"), sums["platform"]),
    ]
    return {
        "shop": shop,
        "kind": kind_of(shop),
        "policy": _shares_of(shop),
        "articles": list(shop.articles.order_by("-is_offered", "pk")),
        "address": public_address(shop) if shop.status in Shop.PUBLIC else "",
        "sold": {"orders": sums["orders"], "goods": goods, "net": Money(sums["net"], shop.currency)},
        "shares": divided([(str(name), minor) for name, minor in parts], goods) if goods else None,
        "may_pack": may(request.user, PACK),
        "may_edit": may(request.user, EDIT) and SHOP.allows("edit_article", shop.status),
        "coupons": coupon_rows(shop),
        "history": history_of(shop),
    }


def _waiting(_request: HttpRequest, shop: Shop) -> dict[str, list[tuple[Promotion, str]]]:
    return {"coupons": [(each, coupon_words(each)) for each in coupons_to_agree(shop, at=now())]}


def _has_coupon(shop: Shop, user: User) -> bool:
    return coupons_to_agree(shop, at=now()).exists() and not is_same_person(user, shop.owner_id)


def _has_coupon_and_phone(shop: Shop, user: User) -> bool:
    return bool(shop.owner.phone) and _has_coupon(shop, user)


def _send_coupon_code(*, shop: Shop, promotion: Promotion, by: User, at: dt.datetime) -> Promotion:
    return send_coupon_code(promotion=promotion, by=by, at=at)


def _agree_coupon(*, shop: Shop, promotion: Promotion, code: str, by: User, at: dt.datetime) -> Promotion:
    return agree_coupon(promotion=promotion, code=code, by=by, at=at)


def _sign_coupon(*, shop: Shop, promotion: Promotion, witness_card: str, by: User, at: dt.datetime) -> Promotion:
    return agree_coupon(promotion=promotion, witness=holder_of(by, witness_card), by=by, at=at)


def _to_shop(promotion: Promotion) -> str:
    return reverse("shops:shop", args=[promotion.shop_id])


def _sign(*, shop: Shop, witness_card: str, by: User, at: dt.datetime) -> Shop:
    people = Person.objects.open_to(by, "stations.find_person")
    witness = people.filter(cards__code=witness_card, cards__revoked_at=None).first()
    return services.submit_signed_shop(shop=shop, witness=witness, by=by, at=at)


def _has_phone(shop: Shop, _user: User) -> bool:
    return bool(shop.owner.phone)


def _has_code(shop: Shop, _user: User) -> bool:
    return bool(shop.code_hash)


def _is_another(shop: Shop, user: User) -> bool:
    return not is_same_person(user, shop.owner_id, shop.opened_by_id, shop.submitted_by_id)


SHOP_PAGE = ObjectPage(
    name="shops:shop",
    template="orders/shops/shop.html",
    grant=READ,
    noun="shop",
    rows=shops,
    context=_context,
    machine=SHOP,
    actions={
        "submit": PageAction(
            grant=EDIT,
            service=services.submit_shop,
            form=ShopCodeForm,
            arrow="submit_shop",
            is_open=_has_code,
            title=_("The farmer has agreed: send it to the county"),
            button=_("Send it in"),
            doing=_("Sending…"),
        ),
        "ask": PageAction(
            grant=EDIT,
            service=services.ask_shop_owner,
            arrow="ask_shop_owner",
            is_open=_has_phone,
            title=_("Ask the farmer: send a code to the phone"),
            button=_("Send the code"),
            doing=_("Sending…"),
        ),
        "sign": PageAction(
            grant=EDIT,
            service=_sign,
            form=ShopSignedForm,
            arrow="submit_shop",
            title=_("The farmer has signed on paper: send it to the county"),
            button=_("Send it in"),
            doing=_("Sending…"),
        ),
        "approve": PageAction(
            grant=DECIDE,
            service=services.approve_shop,
            form=PressForm,
            arrow="approve_shop",
            is_open=_is_another,
            title=_("Open the shop to the city"),
            button=_("Approve"),
            doing=_("Recording…"),
        ),
        "reject": PageAction(
            grant=DECIDE,
            service=services.reject_shop,
            form=ShopReasonForm,
            arrow="reject_shop",
            is_open=_is_another,
            title=_("Send the shop back to the station"),
            button=_("Reject"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "coupon-code": PageAction(
            grant="orders.send_coupon_code",
            service=_send_coupon_code,
            form=CouponForm,
            form_kwargs=_waiting,
            is_open=_has_coupon_and_phone,
            then=_to_shop,
            title=_("Ask the farmer about a coupon: send a code to the phone"),
            button=_("Send the code"),
            doing=_("Sending…"),
            kind="",
        ),
        "coupon-agree": PageAction(
            grant="orders.agree_coupon",
            service=_agree_coupon,
            form=CouponCodeForm,
            form_kwargs=_waiting,
            is_open=_has_coupon_and_phone,
            then=_to_shop,
            title=_("The farmer has agreed to a coupon"),
            button=_("Record it"),
            doing=_("Recording…"),
        ),
        "coupon-sign": PageAction(
            grant="orders.agree_coupon",
            service=_sign_coupon,
            form=CouponSignedForm,
            form_kwargs=_waiting,
            is_open=_has_coupon,
            then=_to_shop,
            title=_("The farmer has signed for a coupon on paper"),
            button=_("Record it"),
            doing=_("Recording…"),
        ),
        "pause": PageAction(
            grant=EDIT,
            service=services.pause_shop,
            arrow="pause_shop",
            title=_("Take a break: nothing is sold"),
            button=_("Take a break"),
            doing=_("Recording…"),
            kind="",
        ),
        "reopen": PageAction(
            grant=EDIT,
            service=services.reopen_shop,
            arrow="reopen_shop",
            title=_("The break is over"),
            button=_("Open again"),
            doing=_("Recording…"),
        ),
        "suspend": PageAction(
            grant=DECIDE,
            service=services.suspend_shop,
            form=ShopReasonForm,
            arrow="suspend_shop",
            is_open=_is_another,
            title=_("Stop the shop: no one sees it"),
            button=_("Stop it"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "reinstate": PageAction(
            grant=DECIDE,
            service=services.reinstate_shop,
            arrow="reinstate_shop",
            is_open=_is_another,
            title=_("Open the stopped shop again"),
            button=_("Open again"),
            doing=_("Recording…"),
        ),
        "terminate": PageAction(
            grant=DECIDE,
            service=services.terminate_shop,
            form=ShopReasonForm,
            arrow="terminate_shop",
            title=_("Close the shop for good"),
            button=_("Close the shop for good"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


@requires(EDIT, one_object=True)
def new_article(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Add an article to a shop."""
    shop = load(shops(), request.user, EDIT, pk=pk)
    form = ArticleForm(request.POST or None, request.FILES or None, currency=shop.currency)
    return form_page(
        request,
        operation=EDIT,
        form=form,
        service=partial(_add, shop=shop, form=form),
        then=to("shops:shop", pk),
        template="orders/shops/article.html",
        page=lambda: {"shop": shop, "article": None, "photo": ""},
    )


@requires(EDIT, one_object=True)
def article(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change an article: texts, price, how many can be sold."""
    found = load(shop_articles(), request.user, EDIT, pk=pk)
    form = ChangeArticleForm(
        request.POST or None, request.FILES or None, currency=found.currency, initial=_typed_of(found)
    )
    return form_page(
        request,
        operation=EDIT,
        form=form,
        service=partial(_change, article=found),
        then=to("shops:shop", found.shop_id),
        template="orders/shops/article.html",
        page=lambda: {"shop": found.shop, "article": found, "photo": photo_address(found)},
    )


def _typed_of(article: ShopArticle) -> dict[str, Any]:
    names = ("name", "name_zh", "text", "text_zh", "price", "weight_g", "stock", "is_offered")
    return {**{name: getattr(article, name) for name in names}, "stock_seen": article.stock}


def _add(*, shop: Shop, form: ArticleForm, price: Money, by: User, at: dt.datetime, **typed: Any) -> ShopArticle:
    typed["photo"] = _stored(typed["photo"], by=by, at=at)
    key = form.cleaned_data["key"]
    return services.add_article(shop=shop, price_minor=price.minor, **typed, by=by, at=at, key=key)


def _change(*, article: ShopArticle, price: Money, by: User, at: dt.datetime, **typed: Any) -> ShopArticle:
    typed["photo"] = _stored(typed["photo"], by=by, at=at)
    return services.change_article(article=article, price_minor=price.minor, **typed, by=by, at=at)


def _stored(photo: UploadedFile | None, *, by: User, at: dt.datetime) -> StoredFile | None:
    return store_photo(upload=photo, by=by.pk, at=at, field="photo") if photo else None

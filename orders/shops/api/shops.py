"""Verbs and lists of shops and their articles."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.files.services import own_file
from core.money import AmountMalformed
from core.web.pagination import CursorPages
from orders.produce.api.fields import CodeOrWitness
from orders.produce.api.harvests import person_of
from orders.shops import services
from orders.shops.api.fields import (
    OPEN,
    READY,
    ChangeArticleIn,
    OpenShopIn,
    ShopArticleIn,
    ShopArticleOut,
    ShopDetailOut,
    ShopOut,
    ShopQuery,
    ShopReasonIn,
)
from orders.shops.models import Shop, ShopArticle
from orders.shops.queries import shop_articles, shops
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.models import Person

READ, EDIT, DECIDE = "orders.read_shop", "orders.edit_shop", "orders.decide_shop"
ARTICLE = {name: ShopArticleOut.example[name] for name in ("name", "name_zh", "price", "weight_g", "stock")}


class ShopPages(CursorPages):
    """The newest first."""

    ordering = "-id"


class Shops(VerbView):
    """Prepare a shop for a farmer, at one's own station; nobody sees it yet."""

    requires, reads = EDIT, READ
    pagination_class = ShopPages
    In = OpenShopIn
    Out = ShopOut
    success_status = 201
    refusals = refused_by(services.open_shop)
    in_example: ClassVar[dict[str, Any]] = {
        "farmer": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0101",
        "name": "Shen family orchard",
        "name_zh": "沈家果园",
    }
    out_example = ShopOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Shop:
        station = counter_of(user, self.requires)
        owner = person_of(user, data.pop("farmer"))
        return services.open_shop(station=station, owner=owner, **data, by=user, at=at, key=key)

    @extend_schema(
        parameters=[OpenApiParameter("status", str), OpenApiParameter("cursor", str)],
        responses=ShopOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """List shops within reach, newest first; `status` leaves those in one state."""
        query = ShopQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = Shop.objects.open_to(request.user, READ).filter(**query.validated_data)
        pages = self.pagination_class()
        page = pages.paginate_queryset(shops().filter(pk__in=rows.values("pk")), request, view=self)
        return pages.get_paginated_response(ShopOut(page, many=True).data)


class ShopDetail(APIView):
    """Get a shop with its articles and its history."""

    requires = READ
    one_object = True

    @extend_schema(responses=ShopDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(ShopDetailOut(load(shops(), request.user, READ, pk=pk)).data)


class _ShopVerb(VerbView):
    one_object = True
    Out = ShopOut

    def shop(self, user: User, pk: UUID) -> Shop:
        """The shop, within reach of who acts."""
        return load(shops(), user, self.requires, pk=pk)

    def shown(self, made: Shop) -> dict[str, Any]:
        return super().shown(shops().get(pk=made.pk))


class AskShopOwner(_ShopVerb):
    """Send what the farmer agrees to, and a code, to the farmer's phone."""

    requires = EDIT
    refusals = refused_by(services.ask_shop_owner)
    out_example = ShopOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Shop:
        return services.ask_shop_owner(shop=self.shop(user, pk), by=user, at=at)


class SubmitShop(_ShopVerb):
    """Send a shop to the county, by the code that the farmer read out or by a witnessed signature."""

    requires = EDIT
    In = CodeOrWitness
    refusals = (*refused_by(services.submit_shop), *refused_by(services.submit_signed_shop))
    in_example = CodeOrWitness.example
    out_example = READY

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Shop:
        shop = self.shop(user, pk)
        if "code" in data:
            return services.submit_shop(shop=shop, code=data["code"], by=user, at=at)
        people = Person.objects.open_to(user, "stations.find_person")
        witness = people.filter(cards__code=data["witness_card"], cards__revoked_at=None).first()
        return services.submit_signed_shop(shop=shop, witness=witness, by=user, at=at)


class ApproveShop(_ShopVerb):
    """Open a shop to the city."""

    requires = DECIDE
    refusals = refused_by(services.approve_shop)
    out_example = OPEN

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Shop:
        return services.approve_shop(shop=self.shop(user, pk), by=user, at=at)


class RejectShop(_ShopVerb):
    """Send a shop back to the station, for a reason."""

    requires = DECIDE
    In = ShopReasonIn
    refusals = refused_by(services.reject_shop)
    in_example: ClassVar[dict[str, Any]] = {"reason": "the photos show another orchard"}
    out_example = READY | {"status": "rejected", "decision_note": "the photos show another orchard"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Shop:
        return services.reject_shop(shop=self.shop(user, pk), **data, by=user, at=at)


class PauseShop(_ShopVerb):
    """Take a break: the shop's page says so and sells nothing."""

    requires = EDIT
    refusals = refused_by(services.pause_shop)
    out_example = OPEN | {"status": "on_break"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Shop:
        return services.pause_shop(shop=self.shop(user, pk), by=user, at=at)


class ReopenShop(_ShopVerb):
    """End a break."""

    requires = EDIT
    refusals = refused_by(services.reopen_shop)
    out_example = OPEN

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Shop:
        return services.reopen_shop(shop=self.shop(user, pk), by=user, at=at)


class SuspendShop(_ShopVerb):
    """Stop a shop, for a reason: nobody sees it; what is paid is packed all the same."""

    requires = DECIDE
    In = ShopReasonIn
    refusals = refused_by(services.suspend_shop)
    in_example: ClassVar[dict[str, Any]] = {"reason": "three buyers got rotten fruit"}
    out_example = READY | {"status": "suspended", "decision_note": "three buyers got rotten fruit"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Shop:
        return services.suspend_shop(shop=self.shop(user, pk), **data, by=user, at=at)


class ReinstateShop(_ShopVerb):
    """Open a stopped shop again."""

    requires = DECIDE
    refusals = refused_by(services.reinstate_shop)
    out_example = OPEN

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Shop:
        return services.reinstate_shop(shop=self.shop(user, pk), by=user, at=at)


class TerminateShop(_ShopVerb):
    """Close a shop for good, once none of its orders is open."""

    requires = DECIDE
    In = ShopReasonIn
    refusals = refused_by(services.terminate_shop)
    in_example: ClassVar[dict[str, Any]] = {"reason": "the farmer has moved to the city"}
    out_example = READY | {"status": "terminated"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Shop:
        return services.terminate_shop(shop=self.shop(user, pk), **data, by=user, at=at)


class AddArticle(VerbView):
    """Add an article to a shop, with its price and how many can be sold."""

    requires = EDIT
    one_object = True
    In = ShopArticleIn
    Out = ShopArticleOut
    success_status = 201
    refusals = (*refused_by(services.add_article, own_file), AmountMalformed)
    in_example: ClassVar[dict[str, Any]] = ARTICLE
    out_example = ShopArticleOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ShopArticle:
        shop = load(shops(), user, self.requires, pk=pk)
        return services.add_article(shop=shop, **_values(data, shop.currency, user), by=user, at=at, key=key)


class ChangeArticle(VerbView):
    """Change an article: texts, price, weight, how many can be sold; orders keep what they were made with."""

    requires = EDIT
    one_object = True
    In = ChangeArticleIn
    Out = ShopArticleOut
    refusals = (*refused_by(services.change_article, own_file), AmountMalformed)
    in_example: ClassVar[dict[str, Any]] = ARTICLE | {"is_offered": True}
    out_example = ShopArticleOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ShopArticle:
        article = load(shop_articles(), user, self.requires, pk=pk)
        return services.change_article(article=article, **_values(data, article.currency, user), by=user, at=at)


def _values(data: dict[str, Any], currency: str, user: User) -> dict[str, Any]:
    """What was sent, the price in minor units and the photo as a file."""
    price = data.pop("price").in_currency(currency)
    photo = own_file(pk=data.pop("photo", None), by=user.pk, field="photo")
    return {**data, "price_minor": price.minor, "photo": photo}

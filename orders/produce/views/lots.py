"""Lots in the county: filled, sold, delivered, stopped; sales and claims of buyers."""

import datetime as dt
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core.access import requires
from core.money import Money
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from orders.produce import services
from orders.produce.display import kind_of, weight_words
from orders.produce.forms import (
    AcceptClaimForm,
    FillLotForm,
    OpenLotForm,
    ProduceReasonForm,
    RaiseClaimForm,
    RejectClaimForm,
    SellLotForm,
    SplitLotForm,
)
from orders.produce.machine import CLAIM, LOT
from orders.produce.models import BuyerClaim, Lot, LotSale, ProduceBuyer
from orders.produce.queries import farmers_above, lots_above, lots_below, sales_below, waiting_for_a_lot
from orders.stock.models import Warehouse
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.people.masking import mask_name
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, OPEN = "orders.read_lot", "orders.open_lot"
MOST = 100


@requires(OPEN)
def open_lot(request: SignedInRequest) -> HttpResponse:
    """Begin a lot at a warehouse within reach."""
    warehouses = Warehouse.objects.open_to(request.user, OPEN).filter(is_active=True)
    ready = warehouses.select_related("station__county").order_by("station__code")
    return form_page(
        request,
        operation=OPEN,
        form=OpenLotForm(request.POST or None, warehouses=ready),
        service=services.open_lot,
        then=page_of("produce:lot"),
        template="orders/produce/open_lot.html",
    )


def _lots() -> "QuerySet[Lot]":
    return Lot.objects.select_related("station__county", "crop", "opened_by")


def _lot_context(_request: SignedInRequest, lot: Lot) -> dict[str, Any]:
    family = {pk for pk in (*lots_above(lot), *lots_below(lot)) if pk != lot.pk}
    sales = sales_below(lot)
    return {
        "lot": lot,
        "kind": kind_of(lot),
        "levels": [
            {
                "title": str(level.grade),
                "grams": weight_words(level.grams),
                "free": weight_words(level.free_g),
            }
            for level in lot.grades.select_related("grade").order_by("grade__position", "pk")
        ],
        "sales": [{"sale": each, "weight": weight_words(each.grams)} for each in sales],
        "farmers": [
            {"name": mask_name(person.full_name), "pk": person.pk, "where": person.home_station.name}
            for person in farmers_above(lot).select_related("home_station")
        ],
        "family": [{"lot": each, "kind": kind_of(each)} for each in Lot.objects.filter(pk__in=family).order_by("pk")],
        "held": lot.holds.filter(closed_at=None).select_related("opened_by").order_by("-pk").first(),
        "statements": [
            {"statement": each, "name": mask_name(each.farmer.full_name)}
            for each in lot.statements.select_related("farmer", "station").order_by("pk")
        ],
        "set_apart": _set_apart(lot),
        "history": history_of(lot),
    }


def _set_apart(lot: Lot) -> list[dict[str, Any]]:
    """Whose statement could not be settled, and why; nobody's where the lot itself failed."""
    rows = lot.settlement_exceptions.open().select_related("statement__farmer").order_by("pk")
    return [
        {"name": mask_name(each.statement.farmer.full_name) if each.statement else "", "why": each.error}
        for each in rows[:MOST]
    ]


def _waits_for_settlement(lot: Lot, _user: User) -> bool:
    return lot.settlement_exceptions.open().exists()


def _to_fill(_request: HttpRequest, lot: Lot) -> dict[str, Any]:
    waiting = waiting_for_a_lot(lot)[:MOST]
    older = _lots().filter(
        pk__lt=lot.pk,
        crop=lot.crop_id,
        currency=lot.currency,
        station__county=lot.station.county_id,
        status__in=LOT.arrows["split_lot"],
        grades__grams__gt=F("grades__grams_moved") + F("grades__grams_sold"),
    )
    return {
        "waiting": [
            (
                each,
                f"{mask_name(each.intake.farmer.full_name)} · {each.grade} · {weight_words(each.free_g)}"
                f" · {each.intake.station.name}",
            )
            for each in waiting
        ],
        "older": [(each, each.code) for each in older.distinct().order_by("pk")[:MOST]],
    }


def _levels(lot: Lot) -> list[Any]:
    return list(lot.grades.select_related("grade").order_by("grade__position", "pk"))


def _to_split(_request: HttpRequest, lot: Lot) -> dict[str, Any]:
    return {"grades": [level.grade for level in _levels(lot) if level.free_g]}


def _to_sell(_request: HttpRequest, lot: Lot) -> dict[str, Any]:
    country = lot.station.county.country
    buyers = ProduceBuyer.objects.filter(is_active=True, country=country, currency=lot.currency)
    return {"levels": _levels(lot), "buyers": buyers.order_by("name", "pk"), "currency": lot.currency}


def _has_fruit(lot: Lot, _user: User) -> bool:
    return any(level.free_g for level in _levels(lot))


LOT_PAGE = ObjectPage(
    name="produce:lot",
    template="orders/produce/lot.html",
    grant=READ,
    noun="lot",
    rows=_lots,
    context=_lot_context,
    machine=LOT,
    actions={
        "add": PageAction(
            grant="orders.fill_lot",
            service=services.fill_lot,
            form=FillLotForm,
            form_kwargs=_to_fill,
            arrow="fill_lot",
            title=_("Add fruit"),
            button=_("Add what is ticked"),
            doing=_("Recording…"),
        ),
        "close": PageAction(
            grant="orders.close_lot",
            service=services.close_lot,
            arrow="close_lot",
            is_open=_has_fruit,
            title=_("The lot is complete"),
            button=_("Offer it for sale"),
            doing=_("Recording…"),
            kind="",
        ),
        "sell": PageAction(
            grant="orders.sell_lot",
            service=services.sell_lot,
            form=SellLotForm,
            form_kwargs=_to_sell,
            arrow="sell_lot",
            is_open=_has_fruit,
            then=lambda sale: page_of("produce:lot")(sale.lot),
            title=_("Sell to a buyer"),
            button=_("Record the sale"),
            doing=_("Recording…"),
        ),
        "dispatch": PageAction(
            grant="orders.dispatch_lot",
            service=services.dispatch_lot,
            arrow="dispatch_lot",
            title=_("The lot leaves the warehouse"),
            button=_("It has left"),
            doing=_("Recording…"),
        ),
        "deliver": PageAction(
            grant="orders.deliver_lot",
            service=services.deliver_lot,
            arrow="deliver_lot",
            title=_("The buyers have it"),
            button=_("Delivered: pay the farmers their part"),
            doing=_("Recording…"),
        ),
        "retry-settlement": PageAction(
            grant="orders.retry_settlement",
            service=services.retry_settlement,
            arrow="retry_settlement",
            is_open=_waits_for_settlement,
            title=_("Settle what was set apart"),
            button=_("Try again"),
            doing=_("Recording…"),
        ),
        "release": PageAction(
            grant="orders.release_lot",
            service=services.release_lot,
            form=ProduceReasonForm,
            arrow="release_lot",
            title=_("Nothing is wrong with it"),
            button=_("Let it go on"),
            doing=_("Recording…"),
        ),
        "split": PageAction(
            grant="orders.split_lot",
            service=services.split_lot,
            form=SplitLotForm,
            form_kwargs=_to_split,
            arrow="split_lot",
            is_open=_has_fruit,
            then=page_of("produce:lot"),
            title=_("Split it"),
            button=_("Make a new lot"),
            doing=_("Recording…"),
            kind="",
        ),
        "hold": PageAction(
            grant="orders.hold_lot",
            service=services.hold_lot,
            form=ProduceReasonForm,
            arrow="hold_lot",
            title=_("Stop it for now"),
            button=_("Stop it and what was made from it"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "recall": PageAction(
            grant="orders.recall_lot",
            service=services.recall_lot,
            form=ProduceReasonForm,
            arrow="recall_lot",
            title=_("Call it back"),
            button=_("Recall it and tell buyers and farmers"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


def _sales() -> "QuerySet[LotSale]":
    return LotSale.objects.select_related("lot__station__county", "lot__crop", "grade", "buyer", "sold_by")


def _sale_context(_request: SignedInRequest, sale: LotSale) -> dict[str, Any]:
    return {
        "sale": sale,
        "weight": weight_words(sale.grams),
        "claims": [{"claim": each, "kind": kind_of(each)} for each in sale.claims.order_by("-pk")],
    }


def _can_claim(sale: LotSale, _user: User) -> bool:
    return sale.delivered_at is not None and LOT.allows("raise_claim", sale.lot.status)


def _currency(_request: HttpRequest, sale: LotSale) -> dict[str, Any]:
    return {"currency": sale.currency}


def _raise(*, sale: LotSale, amount: Money, reason: str, by: User, at: dt.datetime) -> BuyerClaim:
    return services.raise_claim(sale=sale, amount=amount, reason=reason, by=by, at=at)


SALE_PAGE = ObjectPage(
    name="produce:sale",
    template="orders/produce/sale.html",
    grant=READ,
    noun="sale",
    rows=_sales,
    context=_sale_context,
    actions={
        "claim": PageAction(
            grant="orders.raise_claim",
            service=_raise,
            form=RaiseClaimForm,
            form_kwargs=_currency,
            is_open=_can_claim,
            then=page_of("produce:claim"),
            title=_("The buyer complains"),
            button=_("Write the claim down"),
            doing=_("Recording…"),
        ),
    },
)


def _claims() -> "QuerySet[BuyerClaim]":
    return BuyerClaim.objects.select_related(
        "sale__lot__station__county", "sale__buyer", "sale__grade", "raised_by", "decided_by"
    )


def _claim_context(_request: SignedInRequest, claim: BuyerClaim) -> dict[str, Any]:
    return {
        "claim": claim,
        "kind": kind_of(claim),
        "parts": [
            {"part": each, "name": mask_name(each.statement.farmer.full_name)}
            for each in claim.parts.select_related("statement__farmer").order_by("pk")
        ],
        "history": history_of(claim),
    }


def _by_another(claim: BuyerClaim, user: User) -> bool:
    return not is_same_person(user, claim.raised_by_id)


CLAIM_PAGE = ObjectPage(
    name="produce:claim",
    template="orders/produce/claim.html",
    grant=READ,
    noun="claim",
    rows=_claims,
    context=_claim_context,
    machine=CLAIM,
    actions={
        "accept": PageAction(
            grant="orders.accept_claim",
            service=services.accept_claim,
            form=AcceptClaimForm,
            arrow="accept_claim",
            is_open=_by_another,
            title=_("The claim is right"),
            button=_("Give it to the buyer"),
            doing=_("Recording…"),
        ),
        "reject": PageAction(
            grant="orders.reject_claim",
            service=services.reject_claim,
            form=RejectClaimForm,
            arrow="reject_claim",
            is_open=_by_another,
            title=_("The claim is wrong"),
            button=_("Reject the claim"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)

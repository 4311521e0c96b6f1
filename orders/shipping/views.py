"""Pages of parcels to the city: weighed, priced and paid at the counter, and one of them with what may be done."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import load, may, requires
from core.days import day_in
from core.errors import Refused
from core.forms import Outcome
from core.web.page_actions import ObjectPage, PageAction, page_of, send_form
from finance.payments.models import Refund
from logistics.parcels.display import kind_of as parcel_kind
from logistics.parcels.display import steps_in_words
from logistics.parcels.display import words_of as parcel_words
from logistics.parcels.models import Parcel
from orders.shipping import services
from orders.shipping.display import kind_of
from orders.shipping.forms import AcceptForm, CompensateForm, DisposeForm, HandOnForm, WeighForm
from orders.shipping.machine import SHIPMENT
from orders.shipping.models import Shipment, ShippingTariff
from orders.shipping.queries import ShippingPrice, damage_of, regions_of, shipments, tariff_at
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.models import Person, Station
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, ACCEPT = "orders.read_shipment", "orders.accept_shipment"


@requires(ACCEPT)
def new(request: SignedInRequest) -> HttpResponse:
    """Weigh a parcel, see what it costs, and take it with the cash."""
    station, sender = counter_of(request.user, ACCEPT), _sender(request)
    tariff = tariff_at(station, on=day_in(station.zone, now()))
    weigh = _weigh_form(request, tariff, sender)
    page = {"sender": sender, "station": station, "tariff": tariff, "weigh": weigh}
    price = _quoted(station, weigh)
    if price is None:
        return render(request, "orders/shipping/new.html", page)
    form = AcceptForm(
        request.POST or None,
        sender=sender,
        country=station.county.country,
        price=price.price,
        region=price.region.name,
    )

    def again(outcome: Outcome[AcceptForm]) -> HttpResponse:
        outcome.form.show()
        shown = {**page, "form": outcome.form, "price": price}
        return render(request, "orders/shipping/new.html", shown, status=outcome.status)

    return send_form(
        request,
        operation=ACCEPT,
        form=form,
        service=partial(services.accept_shipment, station=station, weight_g=weigh.cleaned_data["weight_g"]),
        then=page_of("shipping:shipment"),
        again=again,
    )


def _sender(request: SignedInRequest) -> Person | None:
    pk = request.GET.get("person")
    return load(Person.objects.living(), request.user, "stations.read_person", pk=pk) if pk else None


def _weigh_form(request: SignedInRequest, tariff: ShippingTariff | None, sender: Person | None) -> WeighForm:
    asked = request.GET if "weight_g" in request.GET else None
    regions = list(regions_of(tariff)) if tariff else []
    return WeighForm(asked, regions=regions, initial={"person": sender.pk if sender else None})


def _quoted(station: Station, weigh: WeighForm) -> ShippingPrice | None:
    if not weigh.is_bound or not weigh.is_valid():
        return None
    asked = {"region": weigh.cleaned_data["region"], "weight_g": weigh.cleaned_data["weight_g"]}
    try:
        return services.quote_shipment(station=station, **asked, at=now())
    except Refused as refusal:
        weigh.add_error(refusal.field if refusal.field in weigh.fields else None, str(refusal))
        return None


def _context(request: SignedInRequest, found: Shipment) -> dict[str, Any]:
    parcel = found.parcel
    refunds = Refund.objects.filter(payment=found.payment_id).order_by("pk")
    return {
        "found": found,
        "kind": kind_of(found),
        "parcel": parcel,
        "parcel_kind": parcel_kind(parcel),
        "parcel_words": parcel_words(parcel),
        "steps": steps_in_words(parcel),
        "refunds": list(refunds) if may(request.user, "finance.read_refund") else [],
        "sees_payment": may(request.user, "finance.read_payment"),
        "sees_parcel": may(request.user, "logistics.read_parcel"),
        "sticks_label": may(request.user, "logistics.scan_parcel"),
    }


def _lies_here(found: Shipment, _user: User) -> bool:
    """Whether it has not left the station."""
    return found.parcel.status == Parcel.Status.PRE_TRANSIT


def _is_at_centre(found: Shipment, _user: User) -> bool:
    return found.parcel.custodian_id == found.parcel.to_station_id


def _is_damaged(found: Shipment, user: User) -> bool:
    is_open = not found.compensated_minor and damage_of(found.parcel_id).exists()
    return is_open and not is_same_person(user, found.accepted_by_id, found.sender_id)


def _is_unfetched(found: Shipment, user: User) -> bool:
    """Whether the days of its sender are over, and the reader may take it over."""
    last = found.fetch_until_date
    is_over = last is not None and day_in(found.station.zone, now()) > last
    return is_over and not is_same_person(user, found.accepted_by_id, found.sender_id)


def _most(_request: SignedInRequest, found: Shipment) -> dict[str, Any]:
    return {"most": found.limit}


SHIPMENT_PAGE = ObjectPage(
    name="shipping:shipment",
    template="orders/shipping/shipment.html",
    grant=READ,
    noun="shipment",
    rows=shipments,
    context=_context,
    machine=SHIPMENT,
    actions={
        "hand-on": PageAction(
            grant="orders.hand_on_shipment",
            service=services.hand_on_shipment,
            form=HandOnForm,
            arrow="hand_on_shipment",
            is_open=_is_at_centre,
            title=_("Give it to the carrier"),
            button=_("The carrier has it"),
            doing=_("Recording…"),
        ),
        "hand-back": PageAction(
            grant="orders.hand_back_shipment",
            service=services.hand_back_shipment,
            arrow="hand_back_shipment",
            title=_("The sender fetches it"),
            button=_("Returned to the sender"),
            doing=_("Recording…"),
        ),
        "dispose": PageAction(
            grant="orders.dispose_of_shipment",
            service=services.dispose_of_shipment,
            form=DisposeForm,
            arrow="dispose_of_shipment",
            is_open=_is_unfetched,
            title=_("Its sender has not fetched it"),
            button=_("Take it over"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "compensate": PageAction(
            grant="orders.compensate_shipment",
            service=services.compensate_shipment,
            form=CompensateForm,
            form_kwargs=_most,
            arrow="compensate_shipment",
            is_open=_is_damaged,
            title=_("Compensate the damage"),
            button=_("Owe it to the sender"),
            doing=_("Recording…"),
        ),
        "cancel": PageAction(
            grant="orders.cancel_shipment",
            service=services.cancel_shipment,
            arrow="cancel_shipment",
            is_open=_lies_here,
            title=_("The sender wants it returned"),
            button=_("Cancel and pay back"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)

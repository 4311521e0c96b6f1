"""At once: one press accepts one parcel, a van and its sender never both have it, a budget is given once."""

from uuid import uuid4

import pytest
from django.utils.timezone import now

from finance.models import Payment, Refund
from logistics.parcels.services import collect_parcel
from orders.models import ParcelSubsidy, Shipment, SubsidyProgramme
from orders.shipping.services import cancel_shipment, hand_on_shipment
from orders.subsidies.services import accrue_subsidy
from tests.factories.parcels import code_of, waiting
from tests.factories.routes import go, run, scanned
from tests.factories.shipping import CARRIER, accepted, at_centre, counter, programme
from tests.races import together

pytestmark = pytest.mark.usefixtures("own_database")


def test_two_presses_on_one_page_accept_one_parcel():
    ready = counter()
    key = uuid4().hex
    outcomes = together(*[lambda: _pk_or_name(ready, key)] * 2)
    assert (Shipment.objects.count(), Payment.objects.count(), ready.holds(ready.till_key)) == (1, 1, 10_00)
    assert str(Shipment.objects.get().pk) in outcomes


def _pk_or_name(ready, key):
    try:
        return str(accepted(ready, key=key).pk)
    except Exception as error:
        return type(error).__name__


def test_a_van_takes_it_or_its_sender_and_never_both():
    ready = counter()
    ride = go(run(ready.station), steps=3)
    for _number in range(6):
        shipment = accepted(ready)
        together(
            *[
                lambda shipment=shipment: cancel_shipment(shipment=shipment, by=ready.partner, at=now()).status,
                lambda shipment=shipment: scanned(ride, "load", shipment.number),
            ]
        )
    rows = list(Shipment.objects.values_list("status", "parcel__status", "refunded_minor"))
    assert set(rows) <= {("cancelled", "cancelled", 10_00), ("accepted", "in_transit", 0)}
    assert Refund.objects.count() == sum(status == "cancelled" for status, *_more in rows)


def test_two_clerks_give_it_to_the_carrier_once():
    ready = counter()
    shipment = at_centre(ready, accepted(ready))

    def hand_on():
        return hand_on_shipment(shipment=shipment, carrier_number="", by=ready.clerk, at=now()).status

    assert sorted(together(*[hand_on] * 2)) == ["handed_on", "wrong_state"]
    assert (ready.holds(CARRIER), ready.holds(ready.funds_key)) == (8_00, 0)


def test_the_last_of_a_budget_is_given_to_one_of_two_parcels_that_are_handed_over_at_once():
    ready = counter()
    programme(ready, budget=50)
    parcels = []
    for _number in range(2):
        parcel = waiting(ready.station)
        parcels.append(collect_parcel(parcel=parcel, code=code_of(parcel), by=ready.partner, at=now()))

    def accrue(parcel):
        return lambda: accrue_subsidy(parcel=parcel, at=now()).amount_minor

    assert sorted(together(*[accrue(parcel) for parcel in [*parcels, *parcels]])) in ([0, 0, 50, 50],)
    assert (SubsidyProgramme.objects.get().used_minor, ParcelSubsidy.objects.count()) == (50, 2)
    assert ready.holds(ready.own_key) == 50

"""Parcels to the city: weighed and paid at the counter, taken back in time, or given to the carrier at the centre."""

from typing import Any

from django.utils.timezone import now

from core.database.db import present
from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.looks import look_around
from ecomnet.simulation.acts.presses import after_cash_is_fetched, twice
from ecomnet.simulation.client import Client, at_once
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import CANCELLED, DONE, Case
from ecomnet.simulation.plan import Arrival

SHIPMENT = "shipment"
#: A region of the demonstration's tariff, and a receiver there.
REGION, STREET, RECEIVER, RECEIVER_PHONE = "上海市", "浦东新区张江路100号", "王小明", "+8613900139000"
MOST_KG = 5


def send_parcel(counter: CounterOfDay, arrival: Arrival) -> None:
    """Weighed, quoted and paid; where no parcels go to the city, or nobody named a price, people look around."""
    weight = {"region": REGION, "weight_g": (arrival.luck % MOST_KG + 1) * 900}
    if not counter.is_drawer_open:
        look_around(counter, arrival)
        return
    quoted = counter.partner.post("weigh a parcel", "shipment-quotes/", weight, key=counter.key(arrival, "weigh"))
    if quoted.code:
        look_around(counter, arrival)
        return
    sender = counter.villager(arrival)
    body = {
        **weight,
        "sender": str(sender.id),
        "sender_name": sender.name,
        "sender_phone": sender.phone,
        "receiver_name": RECEIVER,
        "receiver_phone": RECEIVER_PHONE,
        "street": STREET,
        "price": quoted["price"],
    }
    key = counter.key(arrival, "send")
    sent = twice(counter, "send a parcel", "shipments/", body, key=key)
    sent, key = after_cash_is_fetched(counter, sent, "send a parcel", "shipments/", body, key=key)
    if sent.code:
        return
    case = counter.diary.open_case(Case(SHIPMENT, sent["id"], sender, about={"number": sent["number"]}))
    counter.take_for(case, sent["payment"], key=key)
    counter.waiting[SHIPMENT].append(case)


def take_parcel_back(counter: CounterOfDay, arrival: Arrival) -> None:
    """The first sender wants it back: partner and helper both press, and the price is owed once."""
    if not counter.waiting[SHIPMENT]:
        look_around(counter, arrival)
        return
    case = counter.waiting[SHIPMENT].pop(0)
    path = f"shipments/{case.id}/cancel/"
    answers = at_once(
        *(
            lambda client=client, where=where: client.post(
                "take a parcel back", path, {}, key=counter.key(arrival, f"back-{where}")
            )
            for client, where in ((counter.partner, "here"), (counter.second, "there"))
        )
    )
    if all(answer.code for answer in answers):
        counter.waiting[SHIPMENT].append(case)
        return
    case.end = CANCELLED
    case.back = sum(counter.land.minor(press.total) for press in case.presses)
    counter.owed.extend(case.presses)


def end_parcels(counter: CounterOfDay) -> None:
    """In the evening the van takes them to the centre, whose clerk gives every other one to the carrier."""
    for number, case in enumerate(counter.everybody_waiting_for(SHIPMENT)):
        if counter.clerk is None:
            continue
        _scan(counter, case, "load", station=counter.stage.code, by=counter.partner)
        centre = counter.partner.get("look at a parcel", f"parcels/{case.about['number']}/").body.get("to_station", "")
        _scan(counter, case, "arrive", station=centre, by=counter.clerk)
        if number % 2 == 0:
            _give_to_carrier(counter, case)


ACTS = (
    Act("send a parcel to the city", 3, send_parcel),
    Act("take a parcel back", 1, take_parcel_back),
)


def _scan(counter: CounterOfDay, case: Case, kind: str, *, station: str, by: Client) -> None:
    key = counter.key(None, f"{kind}-parcel")
    scan: dict[str, Any] = {"number": case.about["number"], "kind": kind, "made_at": now().isoformat(), "key": key}
    scanned = by.post("scan a parcel", "parcels/scan/", {"station": station, "scans": [scan]}, key=key)
    for result in scanned.body.get("results", []):
        if result["outcome"] not in {"accepted", "duplicate"}:
            counter.diary.note_trouble(f"{case.about['number']}: a scan is refused: {result}")


def _give_to_carrier(counter: CounterOfDay, case: Case) -> None:
    path, body = f"shipments/{case.id}/hand-on/", {"carrier_number": f"YT{case.id[-10:]}"}
    key = counter.key(None, "hand-on")
    given = twice(counter, "give a parcel to the carrier", path, body, key=key, by=present(counter.clerk))
    if given.code:
        counter.diary.note_trouble(f"{case.about['number']}: the carrier did not get it: {given.body}")
        return
    case.end = DONE
    late = counter.partner.post("take a parcel back", f"shipments/{case.id}/cancel/", {}, key=counter.key(None, "late"))
    if not late.code:
        counter.diary.note_trouble(f"{case.about['number']}: taken back from the carrier: {late.body}")

"""What people come for in a seed: the acts of the day, and what the day does before it opens and in the evening."""

import datetime as dt
from collections.abc import Mapping
from io import BytesIO

from PIL import Image

from ecomnet.simulation.acts import ACTS
from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.looks import look_around
from ecomnet.simulation.client import Client
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.floats import bring_cash, fill_floats
from ecomnet.simulation.lenders import plan_loans_anew, write_off_lost_loans
from ecomnet.simulation.payouts import WISHES
from ecomnet.simulation.plan import Arrival
from ecomnet.simulation.tills import bring_to_county
from tests.faults.seeds.offices import Offices

TAKEN_OUT = "10.00"


def acts_of(*, offices: Offices, date: dt.date) -> Mapping[str, Act]:
    """All of them, with those who work for the county, the system and the lender."""

    def top_up(counter: CounterOfDay, arrival: Arrival) -> None:
        if not fill_floats(
            [counter], officer=offices.officers[0], date=date, edition=f"{counter.edition}.{arrival.number}"
        ):
            look_around(counter, arrival)

    def bring_for_float(counter: CounterOfDay, arrival: Arrival) -> None:
        bring_cash(counter, clerk=offices.clerk)

    def bring(counter: CounterOfDay, arrival: Arrival) -> None:
        bring_to_county([counter], clerk=offices.clerk)

    def release(counter: CounterOfDay, arrival: Arrival) -> None:
        take_out(counter if counter.stage.mode == "prepaid" else counter.others[0], arrival)
        first, second = offices.officers
        release_payouts(counter, arrival, first=first, second=second)

    def plan_anew(counter: CounterOfDay, arrival: Arrival) -> None:
        if not plan_loans_anew(counter, officers=offices.lenders):
            look_around(counter, arrival)

    def write_off(counter: CounterOfDay, arrival: Arrival) -> None:
        if not write_off_lost_loans(counter, lender=offices.lenders[0], officers=offices.officers):
            look_around(counter, arrival)

    more = (
        Act("top up through the bank", 1, top_up),
        Act("bring cash for the float", 1, bring_for_float),
        Act("bring cash to the county", 1, bring),
        Act("take money out of the float", 1, take_out),
        Act("release payouts", 1, release),
        Act("store a photo", 1, store_photo),
        Act("plan a loan anew", 1, plan_anew),
        Act("write a lost loan off", 1, write_off),
    )
    return ACTS | {act.name: act for act in more}


def take_out(counter: CounterOfDay, arrival: Arrival) -> None:
    """Money leaves the float for the bank."""
    body = {"station": counter.stage.code, "amount": TAKEN_OUT}
    counter.partner.post("take money out of a float", "float-withdrawals/", body, key=counter.key(arrival, "take-out"))


def release_payouts(counter: CounterOfDay, arrival: Arrival, *, first: Client, second: Client) -> None:
    """One officer puts a batch together, another lets it go; the bank does amiss what luck will have."""
    key = f"{counter.edition}.{arrival.number}.payouts"
    batch = first.post(
        "open a batch of payouts", "payout-batches/", {"country": "CN", "currency": "CNY"}, key=f"{key}.open"
    )
    if batch.code:
        return
    path = f"payout-batches/{batch['id']}"
    if first.post("calculate payouts", f"{path}/calculate/", key=f"{key}.calculate").code:
        first.post("cancel payouts", f"{path}/cancel/", key=f"{key}.cancel")
        return
    counter.company.wish(*[wish for number, wish in enumerate(WISHES) if arrival.luck >> number & 1])
    second.post("approve payouts", f"{path}/approve/", key=f"{key}.approve")
    files = [second.post("export payouts", f"{path}/export/", key=f"{key}.export.{number}") for number in (1, 2)]
    if len({answer.body.get("sha256") for answer in files}) > 1:
        first.diary.note_trouble(f"a file of payouts was exported twice and differs: {[each.body for each in files]}")


def store_photo(counter: CounterOfDay, arrival: Arrival) -> None:
    """A proof that an act may name later; twice with one key is one photo."""
    photo, key = _photo(arrival.luck), counter.key(arrival, "photo")
    answers = [counter.partner.send_photo("store a photo", photo, key=key) for _again in range(2)]
    if len({answer["id"] for answer in answers if not answer.code}) > 1:
        counter.diary.note_trouble(f"one key, several photos: {[answer.body for answer in answers]}")


def _photo(luck: int) -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (64, 48), (luck % 256, luck // 256 % 256, 90)).save(drawn, "JPEG")
    return drawn.getvalue()

"""Goods: ordered at the counter, agreed by a code, paid in advance or when they are handed over; fetched, or cancelled.

Between the two the county's clerk picks, packs and sends, as its centre does when the van is loaded.
"""

from typing import Any

from django.utils.timezone import now

from core.database.db import present
from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.looks import look_around
from ecomnet.simulation.acts.presses import WAITS_FOR_MESSAGE, after_cash_is_fetched, misread, twice
from ecomnet.simulation.client import Answer, at_once
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import CANCELLED, DONE, Case
from ecomnet.simulation.plan import Arrival

GOODS = "goods"
IN_ADVANCE, ON_DELIVERY = "station_cash", "cash_on_delivery"
MOST_PIECES, PACKED_G = 3, 1_500
#: The supplier of these has no order system of its own.
BY_HAND = "appliances"


def order_goods(counter: CounterOfDay, arrival: Arrival) -> None:
    """Say what, read the code from the phone, and pay if it is paid in advance; each button is pressed twice."""
    article = _article(counter, arrival)
    if article is None:
        look_around(counter, arrival)
        return
    buyer = counter.villager(arrival)
    quantity = article["quantity_step"] * (arrival.luck % MOST_PIECES + 1)
    body = {
        "villager": str(buyer.id),
        "lines": [{"variant": article["sku"], "quantity": quantity}],
        "pay_method": IN_ADVANCE if arrival.luck % 2 else ON_DELIVERY,
    }
    begun = twice(counter, "begin an order", "purchases/", body, key=counter.key(arrival, "order"))
    if begun.code:
        return
    case = counter.diary.open_case(Case(GOODS, begun["id"], buyer))
    if not _agree(counter, arrival, case):
        _cancel(counter, case, reason="没有确认")
        return
    if body["pay_method"] == IN_ADVANCE and not _pay_in_advance(counter, arrival, case):
        _cancel(counter, case, reason="没有付钱")
        return
    counter.waiting[GOODS].append(case)


def order_the_last_pieces(counter: CounterOfDay, arrival: Arrival) -> None:
    """Two neighbours want all of an article that there is, at the same moment: one of them gets it."""
    article = _article(counter, arrival)
    if article is None:
        look_around(counter, arrival)
        return
    villagers = counter.stage.villagers
    buyers = [villagers[(arrival.luck + number) % len(villagers)] for number in range(2)]
    cases = []
    for number, buyer in enumerate(buyers):
        body = {
            "villager": str(buyer.id),
            "lines": [{"variant": article["sku"], "quantity": article["available"]}],
            "pay_method": IN_ADVANCE,
        }
        begun = counter.partner.post("begin an order", "purchases/", body, key=counter.key(arrival, f"all-{number}"))
        if not begun.code:
            cases.append(counter.diary.open_case(Case(GOODS, begun["id"], buyer)))
    at_once(
        *(
            lambda case=case, number=number: counter.partner.post(
                "ask the buyer",
                f"purchases/{case.id}/request-consent/",
                {"kind": "printed_slip"},
                key=counter.key(arrival, f"reserve-{number}"),
            )
            for number, case in enumerate(cases)
        )
    )
    for case in cases:
        _cancel(counter, case, reason="买不起")


def order_supplied(counter: CounterOfDay, arrival: Arrival) -> None:
    """A supplier keeps it: the clerk says what it confirms, all, one of two, or nothing; what comes is handed over."""
    article = _article(counter, arrival, is_supplied=True)
    if article is None or counter.clerk is None:
        look_around(counter, arrival)
        return
    buyer = counter.villager(arrival)
    body = {
        "villager": str(buyer.id),
        "lines": [{"variant": article["sku"], "quantity": 2}],
        "pay_method": ON_DELIVERY,
    }
    begun = twice(counter, "begin an order", "purchases/", body, key=counter.key(arrival, "order"))
    if begun.code:
        return
    case = counter.diary.open_case(Case(GOODS, begun["id"], buyer))
    if not _agree(counter, arrival, case):
        _cancel(counter, case, reason="没有确认")
        return
    part = _part_of(counter, case, status="pending")
    if part is None or part["asked_at"] is None:
        _cancel(counter, case, reason="供货商没有答复")
        return
    if arrival.luck % 4 == 0:
        _refuse(counter, case, part)
        return
    confirmed = {"lines": [{"sku": article["sku"], "quantity": 1 if arrival.luck % 4 == 1 else 2}]}
    if any(
        _of_warehouse(counter, part, verb, **said).code
        for verb, said in (("confirm", confirmed), ("ship", {}), ("receive", {}))
    ):
        _cancel(counter, case, reason="供货商没有答复")
        return
    _refuse_late_cancel(counter, case)
    _hand_over(counter, case, part, is_clumsy=False)


def fetch_goods(counter: CounterOfDay, arrival: Arrival) -> None:
    """The first who waits for a parcel comes for it, or does not want it any more."""
    if not counter.waiting[GOODS]:
        look_around(counter, arrival)
        return
    _end(counter, counter.waiting[GOODS].pop(0), luck=arrival.luck)


def end_goods(counter: CounterOfDay) -> None:
    """In the evening everybody who still waits comes."""
    for number, case in enumerate(counter.everybody_waiting_for(GOODS), start=1):
        _end(counter, case, luck=number)


ACTS = (
    Act("order goods", 8, order_goods),
    Act("order the last pieces twice", 1, order_the_last_pieces),
    Act("order goods of a supplier", 2, order_supplied),
    Act("fetch goods", 7, fetch_goods),
)


def _article(counter: CounterOfDay, arrival: Arrival, *, is_supplied: bool = False) -> dict[str, Any] | None:
    """Something that has a price here and lies in the county's warehouse, or that its supplier keeps.

    No catalogue, no order. What the supplier with a system keeps is confirmed by that system, not by the clerk.
    """
    page = counter.partner.get("look at goods", "variants/", station=counter.stage.code)
    priced = [row for row in page.body.get("results", []) if row["price"]]
    if is_supplied:
        rows = [row for row in priced if row["supply"] == "on_demand" and row["category"] == BY_HAND]
    else:
        rows = [row for row in priced if row["available"]]
    return arrival.dice().choice(rows) if rows and counter.is_drawer_open else None


def _agree(counter: CounterOfDay, arrival: Arrival, case: Case) -> bool:
    """The code goes to the buyer's phone; some misread it first. Whether the order stands."""
    path = f"purchases/{case.id}"
    known = {each["our_ref"] for each in counter.company.messages(case.villager.phone)}
    asked = counter.partner.post(
        "ask the buyer", f"{path}/request-consent/", {"kind": "sms_code"}, key=counter.key(arrival, "ask")
    )
    if asked.code:
        return False
    code = counter.company.code_on(case.villager.phone, "purchase_code", known=known, within=WAITS_FOR_MESSAGE)
    if not code:
        return False
    if arrival.luck % 4 == 0:
        wrong = {"code": misread(code)}
        counter.partner.post("place an order", f"{path}/give-consent/", wrong, key=counter.key(arrival, "misread"))
    key = counter.key(arrival, "agree")
    return not twice(counter, "place an order", f"{path}/give-consent/", {"code": code}, key=key).code


def _pay_in_advance(counter: CounterOfDay, arrival: Arrival, case: Case) -> bool:
    """The network goes in the middle of every third; the same key gives what was done."""
    path, key = f"purchases/{case.id}/take-payment/", counter.key(arrival, "pay-goods")
    if arrival.luck % 3 == 0:
        counter.partner.hang_up(path, {}, key=key, after=arrival.dice().uniform(0.005, 0.08))
    paid = twice(counter, "pay in advance", path, {}, key=key)
    if not paid.code:
        _take(counter, case, key=key)
    return not paid.code


def _end(counter: CounterOfDay, case: Case, *, luck: int) -> None:
    """One of six is cancelled before it is picked, one after it; the others are fetched."""
    if luck % 6 == 1:
        _cancel(counter, case, reason="不要了")
        return
    part = _part_of(counter, case)
    if part is None or counter.clerk is None:
        _cancel(counter, case, reason="没有货")
        return
    if _of_warehouse(counter, part, "pick").code:
        return
    if luck % 6 == 3:
        _refuse_late_cancel(counter, case)
        _recall(counter, case)
        return
    _hand_over(counter, case, part, is_clumsy=luck % 4 == 0)


def _refuse_late_cancel(counter: CounterOfDay, case: Case) -> None:
    """The buyer cannot cancel what is picked, or here from its supplier."""
    late = counter.partner.post(
        "cancel an order", f"purchases/{case.id}/cancel/", {"reason": "不要了"}, key=counter.key(None, "too-late")
    )
    if late.code != "already_picked":
        counter.diary.note_trouble(f"an order was cancelled after it was picked: {late.body}")


def _refuse(counter: CounterOfDay, case: Case, part: dict[str, Any]) -> None:
    """The supplier has none: the order ends, and nothing was paid for it."""
    if _of_warehouse(counter, part, "refuse", reason="厂家缺货").code:
        _cancel(counter, case, reason="供货商没有答复")
        return
    case.end = CANCELLED


def _hand_over(counter: CounterOfDay, case: Case, part: dict[str, Any], *, is_clumsy: bool) -> None:
    """Packed and sent by the centre, scanned at the counter, handed over against code and cash."""
    packed = _of_warehouse(counter, part, "pack", weight_g=PACKED_G)
    if packed.code or _of_warehouse(counter, part, "dispatch").code:
        return
    code = _arrive(counter, case, packed["parcel"])
    if not code:
        counter.diary.note_trouble(f"{counter.stage.code}: no pick-up code came for {packed['parcel']}")
        return
    body = {"parcel": packed["parcel"], "code": code}
    if is_clumsy:
        wrong = {**body, "code": misread(code)}
        counter.partner.post("hand goods over", "purchases/hand-over/", wrong, key=counter.key(None, "misread"))
    key = counter.key(None, "hand-over-goods")
    answers = at_once(
        *[lambda: counter.partner.post("hand goods over", "purchases/hand-over/", body, key=key)] * 2,
    )
    if len({(answer.code, answer.body.get("received")) for answer in answers}) != 1:
        counter.diary.note_trouble(f"one key, several answers: {[answer.body for answer in answers]}")
    answer, key = after_cash_is_fetched(counter, answers[0], "hand goods over", "purchases/hand-over/", body, key=key)
    if answer.code:
        counter.diary.note_trouble(f"{counter.stage.code}: goods are not handed over: {answer.body}")
        return
    _take(counter, case, key=key)
    case.end = DONE
    again = counter.partner.post("hand goods over", "purchases/hand-over/", body, key=counter.key(None, "once-more"))
    if again.code != "already_collected":
        counter.diary.note_trouble(f"a parcel was handed over twice: {again.body}")


def _arrive(counter: CounterOfDay, case: Case, number: str) -> str:
    """The driver's parcel is scanned at the counter; the code that the receiver's phone shows then.

    Where none comes, as at night, the partner has another one sent, once; that one comes at any hour.
    """
    known = {each["our_ref"] for each in counter.company.messages(case.villager.phone)}
    key = counter.key(None, "receive")
    scan = {"number": number, "kind": "receive", "made_at": now().isoformat(), "key": key}
    body = {"station": counter.stage.code, "scans": [scan]}
    counter.partner.post("scan a parcel", "parcels/scan/", body, key=key)
    code = counter.company.code_on(case.villager.phone, "parcel_available", known=known, within=WAITS_FOR_MESSAGE)
    if code:
        return code
    known = {each["our_ref"] for each in counter.company.messages(case.villager.phone)}
    counter.partner.post(
        "send another pick-up code", f"parcels/{number}/reissue-code/", {}, key=counter.key(None, "reissue")
    )
    return counter.company.code_on(case.villager.phone, "parcel_code_again", known=known, within=WAITS_FOR_MESSAGE)


def _of_warehouse(counter: CounterOfDay, part: dict[str, Any], verb: str, **body: Any) -> Answer:
    path, key = f"fulfilments/{part['id']}/{verb}/", counter.key(None, f"{verb}-goods")
    return present(counter.clerk).post(f"{verb} goods", path, body, key=key)


def _part_of(counter: CounterOfDay, case: Case, *, status: str = "allocated") -> dict[str, Any] | None:
    """What one warehouse, or one supplier, sends of it; the county's only one sends all."""
    parts = counter.partner.get("look at an order", f"purchases/{case.id}/").body.get("fulfilments", [])
    return next((part for part in parts if part["status"] == status), None)


def _cancel(counter: CounterOfDay, case: Case, *, reason: str) -> None:
    ended = twice(
        counter,
        "cancel an order",
        f"purchases/{case.id}/cancel/",
        {"reason": reason},
        key=counter.key(None, "cancel-order"),
    )
    _is_cancelled(counter, case, ended)


def _recall(counter: CounterOfDay, case: Case) -> None:
    path, body = f"purchases/{case.id}/recall/", {"reason": "买家来电取消"}
    ended = present(counter.clerk).post("recall an order", path, body, key=counter.key(None, "recall"))
    _is_cancelled(counter, case, ended)


def _is_cancelled(counter: CounterOfDay, case: Case, ended: Answer) -> None:
    """Whoever has paid is owed it, and comes for it later in the day."""
    if ended.code:
        counter.diary.note_trouble(f"{counter.stage.code}: an order does not end: {ended.body}")
        return
    case.end = CANCELLED
    case.back = sum(counter.land.minor(press.total) for press in case.presses)
    counter.owed.extend(case.presses)


def _take(counter: CounterOfDay, case: Case, *, key: str) -> None:
    """The slips of what was paid now are in the buyer's hand, the cash is in the drawer."""
    held = {press.our_ref for press in case.presses}
    paid = counter.partner.get("look at an order", f"purchases/{case.id}/").body.get("payments", [])
    for row in [row for row in paid if row["our_ref"] not in held]:
        counter.take_for(case, row["our_ref"], key=key)

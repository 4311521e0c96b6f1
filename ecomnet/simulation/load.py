"""A run under load: full floats before it, and the same three sides judged after it."""

import datetime as dt
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.fields import uuid7
from core.keys.models import RequestKey
from core.money import parse, units
from ecomnet.simulation.client import Client
from ecomnet.simulation.judgement import UNDECIDED, Held
from ecomnet.simulation.land import land_of
from finance import chart
from finance.floats.queries import partner_of
from finance.models import Payment, Policy, Receipt
from ledger.queries import business_date_of
from ledger.services import SYSTEM, Leg, book_of, post_transfers
from stations.models import Person, ResidentCard, Station, User
from stations.people.services import issue_card

#: What each float holds before the run, in whole units: nobody runs dry, and nobody pays it back.
FILLED = 5_000_000
#: Slips that are asked for over the API; the others are read where they are kept.
ASKED_FOR = 200
LOOKS_EVERY = 2.0
#: So many insured people of a station begin claims.
INSURED = 20


@dataclass(frozen=True, slots=True)
class Pressed:
    """One press of *Pay*, as its counter wrote it down; without an answer while the system was away."""

    key: str
    path: str
    body: dict[str, Any]
    counter: int
    answer: dict[str, Any] | None

    @property
    def was_taken(self) -> bool:
        """Whether the system took the money."""
        return bool(self.answered.get("our_ref"))

    @property
    def answered(self) -> dict[str, Any]:
        """The answer; empty as long as there is none."""
        return self.answer or {}


def fill_float(code: str, *, country: str, at: dt.datetime) -> None:
    """Money on a station's float, from the bank, as far as a run can need."""
    station = Station.objects.select_related("county").get(code=code)
    filled = units(FILLED, station.currency)
    keys = chart.bank("main"), chart.float_of(station, partner_of(station))
    opened = chart.open_all(keys, country=country, currency=filled.currency, at=at)
    post_transfers(
        legs=[Leg(opened[keys[0]], opened[keys[1]], filled, "load")],
        event_type="load.filled",
        event_id=str(uuid7()),
        business_date=business_date_of(book_of(country), at),
        made_by=SYSTEM,
        at=at,
    )


def open_drawer(client: Client, code: str, *, country: str) -> None:
    """Open the cash day of a counter with what its drawer holds; one that is open goes on."""
    land = land_of(country)
    held = client.get("look at the drawer", f"accounts/till:{code}/balance/")
    lines = land.counted(0 if held.code else land.minor(held["posted"]))
    client.post("open the day", "cash-days/", {"station": code, "opening_lines": lines}, key=str(uuid7()))


def insured_at(code: str, *, on: dt.date) -> list[dict[str, str]]:
    """What a claim says of some of those who are insured at a station today: policy, payee, account holder, day."""
    policies = Policy.objects.filter(station__code=code, status=Policy.Status.ACTIVE, person__died_date=None)
    rows = policies.order_by("pk").values_list("pk", "person", "person__full_name")[:INSURED]
    return [
        {"policy": str(policy), "payee": str(person), "holder_name": name, "event_date": on.isoformat()}
        for policy, person, name in rows
    ]


def witness_at(code: str, *, by: str, at: dt.datetime) -> str:
    """The card of a resident who sees signatures at a counter; a new one where nobody has one. Empty without people."""
    people = Person.objects.living().filter(home_station__code=code, logins=None).order_by("-pk")
    card = ResidentCard.objects.filter(person__in=people, revoked_at=None).order_by("pk").first()
    if card is None and (resident := people.first()) is not None:
        card = issue_card(person=resident, by=User.objects.get(username=by), at=at)
    return card.code if card else ""


def read_presses(path: Path) -> list[Pressed]:
    """What the counters wrote down of each key, the last of it: of some only that they have pressed."""
    rows = (json.loads(line) for line in path.read_text().splitlines())
    return list({row["key"]: Pressed(**row) for row in rows}.values())


def ask_again(presses: Sequence[Pressed], clients: Sequence[Client]) -> list[Pressed]:
    """Send the keys again that got no answer and that the system knows: what was done is told, and nothing twice.

    A key that it does not know came to nobody: thousands of them were turned away at the door, and stay unanswered.
    """
    silent = [press.key for press in presses if press.answer is None]
    known = set(RequestKey.objects.filter(key__in=silent).values_list("key", flat=True))
    return [_asked_again(press, clients[press.counter]) if press.key in known else press for press in presses]


def wait_until_decided(presses: Sequence[Pressed], *, seconds: float, tell: Callable[[str], None]) -> None:
    """Until every payment of the run has ended, or patience has."""
    until = time.monotonic() + seconds
    refs = [press.answered["our_ref"] for press in presses if press.was_taken]
    while (left := Payment.objects.filter(pk__in=refs, status__in=UNDECIDED).count()) and time.monotonic() < until:
        tell(f"  {left} payments are not decided yet")
        time.sleep(LOOKS_EVERY)


def held(presses: Sequence[Pressed], clients: Sequence[Client]) -> list[Held]:
    """What the counters hold: the slips of some as the API tells them, of the others as they are kept."""
    taken = [press for press in presses if press.was_taken]
    stored = _stored([press.answered["our_ref"] for press in taken])
    every = max(1, len(taken) // ASKED_FOR)
    for press in taken[::every]:
        answer = clients[press.counter].get("fetch slips", f"payments/{press.answered['our_ref']}/receipt/")
        stored[press.answered["our_ref"]] = [(slip["kind"], slip["lines"]) for slip in answer.body.get("results", [])]
    return [_held(press, stored.get(press.answered["our_ref"], [])) for press in taken]


def _asked_again(press: Pressed, client: Client) -> Pressed:
    answer = client.post("press again", press.path, press.body, key=press.key)
    return Pressed(press.key, press.path, press.body, press.counter, answer.body)


def _stored(refs: list[str]) -> dict[str, list[tuple[str, list[dict[str, Any]]]]]:
    slips: dict[str, list[tuple[str, list[dict[str, Any]]]]] = {}
    for payment, kind, lines in Receipt.objects.filter(payment__in=refs).values_list("payment", "kind", "lines"):
        slips.setdefault(str(payment), []).append((kind, lines))
    return slips


def _held(press: Pressed, slips: list[tuple[str, list[dict[str, Any]]]]) -> Held:
    currency = press.answered["currency"]
    totals = tuple((kind, _total(lines, currency)) for kind, lines in slips)
    total = parse(press.answered["total"], press.answered["currency"]).minor
    return Held(press.key, press.answered["our_ref"], total, totals)


def _total(lines: list[dict[str, Any]], currency: str) -> int:
    return next((parse(line["value"], currency).minor for line in lines if line["name"] == "total"), 0)

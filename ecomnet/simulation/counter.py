"""One counter of the day: its devices, its drawer as the person behind it knows it, and who waits for money."""

import itertools
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from ecomnet.simulation.cast import Stage, Villager
from ecomnet.simulation.client import Answer, Client
from ecomnet.simulation.company import LOOKS_EVERY, Company
from ecomnet.simulation.diary import Case, Diary, Press
from ecomnet.simulation.land import Land, land_of
from ecomnet.simulation.plan import Arrival

#: How long a villager stands at the counter for the company's answer.
STANDS = 3.0


@dataclass(slots=True)
class CounterOfDay:
    """A station's counter. `drawer` is company cash in minor units, counted by hand: nobody asks the books. `stands` is
    how long a villager waits there, in seconds; `clerk` works at the centre of its county, `nurse` at its
    hospital, `tutor` teaches in it; `waiting` are by trade what was begun here and has not ended yet."""

    number: int
    stage: Stage
    partner: Client
    second: Client
    diary: Diary
    company: Company
    edition: str
    is_drawer_open: bool = False
    is_with_second: bool = False
    cash_day: int | None = None
    drawer: int = 0
    paid: list[dict[str, Any]] = field(default_factory=list)
    owed: list[Press] = field(default_factory=list)
    others: list["CounterOfDay"] = field(default_factory=list)
    stands: float = STANDS
    clerk: Client | None = None
    nurse: Client | None = None
    tutor: Client | None = None
    waiting: dict[str, list[Case]] = field(default_factory=lambda: defaultdict(list))
    _keys: Any = field(default_factory=itertools.count)
    _lock: Any = field(default_factory=threading.Lock)

    @property
    def land(self) -> Land:
        """Where it stands."""
        return land_of(self.stage.country)

    def key(self, arrival: Arrival | None, what: str) -> str:
        """A key for one press of a button: the same in every play of a day, never used in another."""
        number = arrival.number if arrival else f"s{next(self._keys)}"
        return f"{self.edition}.{self.stage.code}.{number}.{what}".ljust(16, "-")

    def villager(self, arrival: Arrival) -> Villager:
        """Who comes."""
        return self.stage.villagers[arrival.luck % len(self.stage.villagers)]

    def take(self, answer: Answer, *, key: str, client: Client, payer: Villager | None, owed: int = 0) -> Press:
        """The system has taken a payment: cash is in the drawer, the villager has a slip. `owed` was no cash, in minor
        units."""
        press = Press(
            key=key,
            counter=self.number,
            our_ref=answer["our_ref"],
            total=answer["total"],
            currency=self.land.currency,
            funding=answer["funding"],
            client=client,
            payer=payer,
            status=answer["status"],
        )
        with self._lock:
            if press.funding in {"till", "owed"}:
                self.drawer += self.land.minor(press.total) - owed
        self.diary.keep(press)
        return press

    def everybody_waiting_for(self, trade: str) -> list[Case]:
        """All that has not ended yet; nobody waits any more."""
        return self.waiting.pop(trade, [])

    def take_for(self, case: Case, our_ref: str, *, key: str) -> Press:
        """A payment for something that was begun before: cash is in the drawer, its slip is in the villager's hand."""
        paid = self.partner.get("look at a payment", f"payments/{our_ref}/")
        press = self.take(paid, key=key, client=self.partner, payer=case.villager)
        case.presses.append(press)
        return press

    def serve(self, arrival: Arrival, answer: Answer, *, key: str, client: Client | None = None) -> Press | None:
        """Take what the system has accepted, and stand there until it is decided; None when it refused."""
        if answer.code:
            return None
        press = self.take(answer, key=key, client=client or self.partner, payer=self.villager(arrival))
        self.wait(press)
        return press

    def give(self, amount: str) -> None:
        """Company cash leaves the drawer."""
        with self._lock:
            self.drawer -= self.land.minor(amount)

    def look(self, press: Press) -> bool:
        """Ask the system what became of a payment; whether it is decided."""
        press.status = press.client.get("look at a payment", f"payments/{press.our_ref}/")["status"]
        return not press.is_open

    def wait(self, press: Press) -> None:
        """Stand at the counter until it is decided, or until patience ends."""
        until = time.monotonic() + self.stands
        while not self.look(press) and time.monotonic() < until:
            time.sleep(LOOKS_EVERY)
        self.hear(press)

    def hear(self, press: Press) -> None:
        """What is owed back is fetched later in the day."""
        if press.status in {"failed", "reversed"} and press not in self.owed:
            with self._lock:
                self.owed.append(press)

"""The day itself: doors open, villagers come, doors close, the company's files arrive, the slips are laid out."""

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

import httpx

from ecomnet.simulation.acts import ACTS, EVENINGS
from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.refunds import hand_back
from ecomnet.simulation.client import at_once
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import Diary, Press
from ecomnet.simulation.plan import Arrival
from ecomnet.simulation.tills import close_drawer, open_drawer

OPENS_AT = 8 * 60  # minutes after midnight, in the story
TELLS_EVERY = 5.0
#: How far ahead the company names its cut-off, and how long everything may take to be decided after it.
CUTOFF_SECONDS, DECIDED_WITHIN = 20.0, 240.0
ASKS_FOR_FILES_EVERY = 15.0
#: Seconds in which companies tell, after the cut-off, what they could not tell during the day.
NEWS_WITHIN = 60.0

Tell = Callable[[str], None]


@dataclass(slots=True)
class Day:
    """Everything that a day needs. `seconds` is its wall time, `hours` its time in the story."""

    counters: Sequence[CounterOfDay]
    arrivals: Sequence[Arrival]
    diary: Diary
    hours: float
    seconds: float
    tell: Tell
    acts: Mapping[str, Act] = field(default_factory=lambda: ACTS)

    def open_stations(self) -> None:
        """Every drawer is opened."""
        at_once(*[_safely(self.diary, open_drawer, counter) for counter in self.counters])

    def serve(self) -> None:
        """Every counter serves its villagers one after the other, at their time or as soon as it can."""
        began = time.monotonic()
        with ThreadPoolExecutor(len(self.counters)) as pool:
            serving = [pool.submit(self._serve_at, counter, began) for counter in self.counters]
            while wait(serving, timeout=TELLS_EVERY).not_done:
                self._tell_progress(time.monotonic() - began)
        self._tell_progress(time.monotonic() - began)
        for served in serving:
            served.result()

    def close_stations(self) -> None:
        """The last fetch their goods and the money that they are owed; every drawer is counted and closed."""
        at_once(*[_safely(self.diary, _evening, counter) for counter in self.counters])

    def settle(self, *, ask_for_files: Callable[[], None]) -> None:
        """After the cut-off the company's files come; the counters look until everything is decided."""
        until, ask_at = time.monotonic() + DECIDED_WITHIN, 0.0
        while waiting := [press for press in self.diary.presses if press.is_open]:
            if time.monotonic() > until:
                break
            if time.monotonic() >= ask_at:
                ask_for_files()
                ask_at = time.monotonic() + ASKS_FOR_FILES_EVERY
            for press in waiting:
                self._look(press)
            self.tell(f"  {sum(press.is_open for press in waiting)} payments are not decided yet")
            time.sleep(1)

    def lay_out_slips(self) -> None:
        """Every slip that was given out, as its counter has it."""
        for press in self.diary.presses:
            self._look(press)
            answer = press.client.get("fetch slips", f"payments/{press.our_ref}/receipt/")
            press.slips = answer.body.get("results", [])

    def _look(self, press: Press) -> None:
        self.counters[press.counter].look(press)

    def _serve_at(self, counter: CounterOfDay, began: float) -> None:
        for arrival in self.arrivals:
            if arrival.counter == counter.number:
                time.sleep(max(0.0, began + arrival.at * self.seconds - time.monotonic()))
                act = self.acts[arrival.act]
                _safely(self.diary, act.play, counter, arrival)()
                self.diary.note_act(act.name)

    def _tell_progress(self, seconds: float) -> None:
        minutes = OPENS_AT + min(seconds / self.seconds, 1.0) * self.hours * 60
        presses = list(self.diary.presses)
        states = [press.status for press in presses]
        self.tell(
            f"  {int(minutes // 60) % 24:02}:{int(minutes % 60):02}  served {sum(self.diary.acts.values())}"
            f" of {len(self.arrivals)}, paid {states.count('succeeded')}, given back or owed"
            f" {states.count('failed') + states.count('reversed')}, waiting {sum(p.is_open for p in presses)},"
            f" refused {sum(self.diary.refusals.values())}, without an answer {self.diary.silences}"
        )


def _evening(counter: CounterOfDay) -> None:
    for end in EVENINGS:
        end(counter)
    for press in list(counter.diary.presses):
        if press.counter == counter.number and (press.is_open or press.status == "succeeded"):
            counter.look(press)
            counter.hear(press)
    owed, counter.owed = counter.owed, []
    for press in owed:
        hand_back(counter, press)
    close_drawer(counter)


def _safely(diary: Diary, verb: Callable[..., None], *words: Any) -> Callable[[], None]:
    """The same verb; that the system stays away, or an act stumbles, is noted as trouble and ends nothing else."""

    def attempt() -> None:
        try:
            verb(*words)
        except (KeyError, ValueError, RuntimeError, httpx.HTTPError) as error:
            diary.note_trouble(f"{getattr(verb, '__name__', verb)}: {type(error).__name__} {error}")

    return attempt


def dates_between(first: dt.datetime, last: dt.datetime, zone: Any) -> list[dt.date]:
    """The days of a zone that an interval touches."""
    start, end = first.astimezone(zone).date(), last.astimezone(zone).date()
    return [start + dt.timedelta(days=number) for number in range((end - start).days + 1)]

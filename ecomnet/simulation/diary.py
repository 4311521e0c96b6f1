"""What the counters keep of the day: the slips they hold, and what they were told how fast."""

import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Press:
    """One payment as the counter knows it: the button's key, what the system answered, and the slips."""

    key: str
    counter: int
    our_ref: str
    total: str
    currency: str
    funding: str
    client: Any = None
    payer: Any = None
    status: str = ""
    slips: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether the counter has not heard the end yet."""
        return self.status in {"", "held", "submitted", "pending", "unknown", "manual_review", "reversal_asked"}


#: How a case ends as its counter knows it; empty as long as it has not.
DONE, CANCELLED = "done", "cancelled"


@dataclass(slots=True)
class Case:
    """What a counter has begun and has to bring to an end: an order, an appointment, a claim, a lent book.

    `presses` are the payments for it, `back` is what is owed back of them in the end, in minor units; `about` is what
    its trade needs to know of it.
    """

    trade: str
    id: str
    villager: Any
    presses: list[Press] = field(default_factory=list)
    end: str = ""
    back: int = 0
    about: dict[str, Any] = field(default_factory=dict)


class Diary:
    """Shared by all threads of the day."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.presses: list[Press] = []
        self.cases: list[Case] = []
        self.acts: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.refusals: Counter[tuple[str, str]] = Counter()
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.failures: Counter[int] = Counter()
        self.silences = 0
        self.troubles: list[str] = []

    def keep(self, press: Press) -> None:
        """A slip was given out."""
        with self._lock:
            self.presses.append(press)

    def open_case(self, case: Case) -> Case:
        """Something has begun that must come to an end."""
        with self._lock:
            self.cases.append(case)
        return case

    def note_act(self, name: str) -> None:
        """Somebody was served."""
        with self._lock:
            self.acts[name] += 1

    def note_fault(self, title: str) -> None:
        """The company was asked to misbehave."""
        with self._lock:
            self.faults[title] += 1

    def note_answer(self, operation: str, code: str, *, seconds: float | None = None) -> None:
        """The system answered: yes, or no with a code."""
        with self._lock:
            if code:
                self.refusals[operation, code] += 1
            if seconds is not None:
                self.seconds[operation].append(seconds)

    def note_silence(self) -> None:
        """No answer came."""
        with self._lock:
            self.silences += 1

    def note_failure(self, status: int) -> None:
        """The system answered that it has failed."""
        with self._lock:
            self.failures[status] += 1

    def note_trouble(self, words: str) -> None:
        """Something that must not happen at a counter; the day is not good then."""
        with self._lock:
            self.troubles.append(words)

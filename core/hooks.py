"""What `core` asks of the apps above it, each question as a typed hook; `ecomnet/wiring.py` gives the answers.

A layer never imports a layer above it. Where it needs to know something that only those know, it declares a hook in its
`hooks.py` and calls whatever is registered there; no answer is registered anywhere but on the wiring page.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from core.datakeys.encrypted_columns import Sealed
    from core.files.models import StoredFile
    from core.jobs.times import Daily, Every
    from core.observability.metrics import Figure
    from core.retention.services import RetentionRule
    from core.web.console import Console
    from core.web.shell import Reader

Item = TypeVar("Item")


class AlreadyRegistered(ValueError):
    """The same item, key, or a second answer to a question that has one."""


class Hook(Generic[Item]):
    """A question and its answers, in the order in which they were registered.

    `name` is what an error shows; `about` says the signature and when it is called. `single`: one answer at most.
    """

    def __init__(self, name: str, about: str, *, single: bool = False) -> None:
        self.name, self.about, self.single = name, about, single
        self._items: list[Item] = []

    def register(self, *items: Item) -> None:
        """Add these; one that is there already, or a second for a single answer, is refused."""
        for item in items:
            if any(_is_same(item, each) for each in self._items) or (self.single and self._items):
                raise AlreadyRegistered(f"{self.name}: {item!r}")
            self._items.append(item)

    def first(self) -> Item | None:
        """The only or first answer; None while there is none."""
        return next(iter(self._items), None)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}: {len(self)} registered>"


def _is_same(one: object, other: object) -> bool:
    """Not by equality: comparing translated labels would load the catalogues at every start."""
    return one is other or (isinstance(one, str) and one == other)


class KeyedHook(Mapping[str, Item]):
    """A question whose answer depends on a key, such as the kind of an instruction or the purpose of a payment."""

    def __init__(self, name: str, about: str) -> None:
        self.name, self.about = name, about
        self._items: dict[str, Item] = {}

    def register(self, items: Mapping[str, Item]) -> None:
        """Add these; a key that is there already is refused."""
        for key, item in items.items():
            if key in self._items:
                raise AlreadyRegistered(f"{self.name}: {key}")
            self._items[key] = item

    def __getitem__(self, key: str) -> Item:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}: {len(self)} registered>"


# Who may do what

HOLDS: "Hook[Callable[[Any, str], bool]]" = Hook(
    "core.holds",
    "f(user, verb): whether any post of the user carries the verb. Asked before every page and endpoint.",
    single=True,
)
HOLDS_EVERYWHERE: "Hook[Callable[[Any, str], bool]]" = Hook(
    "core.holds_everywhere",
    "f(user, verb): whether a post that reaches the whole network carries the verb. Asked for what has no place.",
    single=True,
)
WHY_STOPPED: "Hook[Callable[[Any, str], str]]" = Hook(
    "core.why_stopped",
    "f(user, verb): why a holder may not use the verb now, as a sentence; empty otherwise. Asked by the 403 page.",
    single=True,
)
WHO_CAN: "Hook[Callable[[str], str]]" = Hook(
    "core.who_can",
    "f(verb): which roles carry the verb, as a sentence. Asked by the 403 page.",
    single=True,
)
FILE_READERS: "Hook[Callable[[Any, StoredFile], bool]]" = Hook(
    "core.file_readers",
    "f(user, file): whether what the file belongs to lets the user see it. Asked before a file is handed out.",
)

# Pages

READER: "Hook[Callable[[Any], Reader]]" = Hook(
    "core.reader",
    "f(user): the station, role, zone and language of a signed-in user. Asked once in a request.",
    single=True,
)
CONSOLES: "Hook[Console]" = Hook(
    "core.consoles",
    "What each slice shows outside its own pages (`core.web.console`): menu, needs, figures, trends, search. The menu "
    "and the needs are read for every page of a signed-in user.",
)
CODE_OPENERS: "Hook[Callable[[str, Any], str]]" = Hook(
    "core.code_openers",
    "f(code, user): the address of the page that a scanned or typed code opens for the user, empty when none. "
    "Asked in turn until one answers.",
)

# Events and jobs

EVENT_HANDLERS: "KeyedHook[list[str]]" = KeyedHook(
    "core.event_handlers",
    "Event name -> dotted paths of handler(event), idempotent by the event's id; each runs as a job of its own.",
)
SCHEDULE: "KeyedHook[Every | Daily]" = KeyedHook(
    "core.schedule", "Kind of job -> when it is due; read at each tick (`ecomnet/schedule.py`)."
)
ZONES: "Hook[Callable[[], Iterable[str]]]" = Hook(
    "core.zones", "f(): the zones in which there are places. Asked when daily jobs of local times are due."
)

# Providers. Each function is a dotted path, and runs in the transaction of the gateway's own rows with the instruction
# locked: what it writes and what the gateway remembers commit together or not at all. It may not call a provider.

ANSWERS: "KeyedHook[str]" = KeyedHook(
    "core.answers",
    "Kind of instruction -> record_answer(*, instruction, result, source, at); source: answer, enquiry, callback, "
    "file, people. Called with news only: the first pending, each unknown with a new code, every `not_found` of an "
    "enquiry, the definite end, a reversal after it, and whatever contradicts the end (then `instruction.outcome` "
    "differs from `result.status`).",
)
SENDING: "KeyedHook[str]" = KeyedHook(
    "core.sending",
    "Kind of instruction -> submit(*, instruction, at): the call is about to be made; called in the transaction that "
    "marks it as sent.",
)
BODIES: "KeyedHook[str]" = KeyedHook(
    "core.bodies",
    "Kind of instruction -> body_of(our_ref), for kinds whose body may not be stored (phone, text of a message): a "
    "dict, or the bytes of a file; the same for the same reference. All other kinds send what was stored.",
)
CALLBACKS: "KeyedHook[str]" = KeyedHook(
    "core.callbacks",
    "First part of an event type, such as `parcel` of `parcel.delivered` -> hear(*, callback, said, at), which gives "
    "a `core.gateways.services.Effect`; `said` is the data of the event, not checked. For what is no answer to an "
    "instruction. A refusal with `retry_after` has the callback applied again then.",
)
STRAYS: "Hook[str]" = Hook(
    "core.strays",
    "record_stray(*, provider, our_ref, result, source, at): a provider names a reference that we never gave it. "
    "`result` is the raw data of the message.",
)
MESSAGES: "Hook[str]" = Hook(
    "core.messages",
    "hear(*, phone, word, message_id, at) -> bool: a message came; whether its word meant something. All are called.",
)
DAILY_FILES: "Hook[str]" = Hook(
    "core.daily_files",
    "import_file(*, daily_file, at): a daily file was stored. Raises nothing for a faulty file, but calls "
    "`core.gateways.services.refuse_file`.",
)
LATE_FILES: "Hook[str]" = Hook(
    "core.late_files",
    "alarm(*, provider, file_date, at): six hours after its time a daily file is still missing.",
)
LOW_PREFUND: "Hook[str]" = Hook(
    "core.low_prefund",
    "alarm(*, provider, balance, at): what we hold with a provider has fallen below its alarm.",
)

# Operation

FIGURES: "Hook[Figure]" = Hook("core.figures", "Metrics beside those of core; read when Prometheus asks.")
READINESS_CHECKS: "KeyedHook[Callable[[], bool]]" = KeyedHook(
    "core.readiness_checks", "Name -> f(): whether all is well; asked by `readyz`, which answers 503 with the names."
)
RETENTION: "Hook[RetentionRule]" = Hook(
    "core.retention", "Tables whose rows are deleted after some days; read by the sweep of every hour."
)
ENCRYPTED: "Hook[Sealed]" = Hook(
    "core.encrypted", "What is stored under numbered keys; read when keys are checked, counted and renewed."
)
FORGOTTEN_KEYS: "Hook[Callable[[str, int], None]]" = Hook(
    "core.forgotten_keys", "f(kind, number): called in the transaction in which the key of this number is forgotten."
)
ROWS_BESIDE: "Hook[Callable[[Any], Iterable[Any]]]" = Hook(
    "core.rows_beside",
    "rows(row) -> the rows that belong to a row, in the order of events, for its page in the administration.",
)

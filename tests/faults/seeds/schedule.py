"""What happens in one seed, drawn before anything is played: arrivals at the counters, and blows to the system."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from random import Random

from ecomnet.simulation.faults import Fault
from ecomnet.simulation.plan import Arrival

COUNTERS = 3
#: How long people come, in seconds; blows fall a little longer, into the evening.
SECONDS, BLOWS_UNTIL = 4.0, 5.0
FEWEST_ACTS, MOST_ACTS = 10, 16
FEWEST_BLOWS, MOST_BLOWS = 2, 6

#: What people come for, and how often.
WEIGHTS = {
    "pay a bill": 22,
    "press twice": 6,
    "lose the network and press again": 6,
    "pay one bill at two counters": 5,
    "pay a paid bill again": 3,
    "give too little cash": 2,
    "pay and call off": 5,
    "ask for a bill that is not there": 2,
    "mistype the number": 1,
    "recharge a phone": 10,
    "press recharge twice": 3,
    "lose the network while recharging": 3,
    "recharge one phone at two counters": 3,
    "recharge a number that has moved": 2,
    "ask a wrong number back": 6,
    "fetch money back": 8,
    "pay with owed money": 6,
    "complain": 2,
    "lend float": 5,
    "lend float and take it back": 5,
    "hand the till over": 4,
    "look around": 1,
    "top up through the bank": 3,
    "bring cash for the float": 3,
    "bring cash to the county": 4,
    "take money out of the float": 5,
    "release payouts": 5,
    "store a photo": 3,
    "order goods": 8,
    "order the last pieces twice": 2,
    "order goods of a supplier": 2,
    "fetch goods": 6,
    "send a parcel to the city": 6,
    "take a parcel back": 4,
    "repay a loan": 4,
    "pay a loan off": 2,
    "collect from a group": 3,
    "recover a loan": 2,
    "plan a loan anew": 2,
    "write a lost loan off": 2,
    "file an insurance claim": 4,
    "take a number at the hospital": 5,
    "take one number twice": 2,
    "give a number up": 4,
    "see the doctor": 1,
    "lend a book": 3,
    "lend one book twice": 2,
    "return a book": 2,
    "call the roll of a class": 3,
    "book a series of lessons": 3,
    "book one time of a tutor twice": 2,
    "hold a lesson": 2,
    "book a call home": 3,
    "book one time for two calls": 2,
    "hold a health talk": 3,
    "bring a harvest": 5,
    "order boxes of a harvest": 5,
    "give boxes up": 4,
}
#: What only looks changes nothing that a blow could break: no seed draws it.
ONLY_LOOKS = {"ask why it was earned"}
BILLERS = {"JS-POWER": 60, "JS-WATER": 25, "JS-TELECOM": 15}
OPERATORS = {"CN-MOBILE": 70, "CN-UNICOM": 30}

#: Everything that a company can do amiss, as often as nothing.
FAULTS = (
    Fault("slow", seconds=2.5),
    Fault("lose_answer"),
    Fault("lose_request"),
    Fault("error_500"),
    Fault("error_500", code="executed"),
    Fault("decline", code="operator_rejected"),
    Fault("decline", code="account_invalid"),
    Fault("pending", seconds=1),
    Fault("pending", seconds=1, code="operator_rejected"),
    Fault("duplicate_callback"),
    Fault("late_callback", seconds=3),
    Fault("no_callback"),
    Fault("contradict", seconds=1),
    Fault("bad_signature"),
    Fault("clock_skew", seconds=400),
    Fault("reverse_later", seconds=1),
    Fault("omit_from_file"),
    Fault("extra_in_file"),
    Fault("wrong_amount_in_file"),
)
NOTHING_AMISS = 19

#: All that can be killed at once: the current fails.
EVERYTHING = "everything"
PROCESSES = ("web", "worker-1", "worker-2", "beat-1", "beat-2", "database", "valkey", "sandbox")
#: Who speaks to whom, each over a wire of its own.
WIRES = (
    "client-web",
    "company-web",
    "web-database",
    "worker-1-database",
    "worker-2-database",
    "web-valkey",
    "worker-1-valkey",
    "worker-2-valkey",
    "beat-1-valkey",
    "beat-2-valkey",
    "worker-1-company",
    "worker-2-company",
)
CUTS = ("refused", "stalled", "deaf")
#: Moments in which a process dies at a step (`tests.faults.trap`): those of every seed, and those of what people came
#: for, by words in the names of acts. A moment that has fewer steps is died in after its last.
MOMENTS = (
    "gateways.send",
    "gateways.enquire",
    "gateways.apply_callback",
    "gateways.fetch_file",
    "gateways.import_file",
    "payments.notify_refund",
    "callbacks",
    "send-code",
    "hand-back",
    "count",
    "close",
)
MOMENTS_OF = {
    "pay": ("bill-fetches", "bill-payments"),
    "press": ("bill-payments", "recharges"),
    "network": ("bill-payments", "recharges"),
    "call off": ("cancel",),
    "recharg": ("recharges",),
    "number back": ("ask-reversal",),
    "lend float": ("float-transfers", "accept", "decline", "recall"),
    "top up": ("topups", "credit", "bank-statements", "floats.match_line"),
    "for the float": ("count-cash", "take-cash"),
    "till over": ("count", "hand-over"),
    "to the county": ("remittances", "hand-over", "receive"),
    "photo": ("photos",),
    "payouts": ("calculate", "approve", "export", "gateways.send"),
    "order goods": ("purchases", "request-consent", "give-consent", "take-payment"),
    "last pieces": ("request-consent", "cancel"),
    "supplier": ("confirm", "ship", "scan", "hand-over"),
    "fetch goods": ("pick", "pack", "dispatch", "scan", "hand-over", "recall", "cancel"),
    "parcel": ("shipments", "cancel", "scan", "hand-on"),
    "repay a loan": ("repayments",),
    "a loan off": ("payoff",),
    "group": ("collections", "collection-lines"),
    "recover": ("recoveries",),
    "anew": ("propose-restructure", "approve-restructure", "sign-restructure"),
    "lost loan": ("propose-write-off", "approve-write-off"),
    "claim": ("claims", "evidence", "enter", "insurance.check_claim", "process", "approve", "pay"),
    "the hospital": ("book", "consents"),
    "one number": ("book",),
    "number up": ("cancel",),
    "doctor": ("served",),
    "lend a book": ("loans", "renew"),
    "one book": ("loans",),
    "return a book": ("returns",),
    "roll": ("attendance",),
    "series": ("tutoring-series",),
    "tutor twice": ("tutoring-bookings",),
    "hold a lesson": ("start", "finish", "confirm"),
    "call home": ("calls", "cancel"),
    "two calls": ("calls",),
    "health talk": ("record", "add-name"),
    "bring a harvest": ("intakes", "grade", "regrade", "accept"),
    "boxes": ("presale-orders", "cancel"),
}
MOST_STEPS = 60
#: Wishes beside those of the acts: `kind` of the sandbox, and what it does amiss.
ASIDES = (
    ("fetch", Fault("lose_request")),
    ("fetch", Fault("error_500")),
    ("fetch", Fault("pending", seconds=1)),
    ("enquiry", Fault("lose_request")),
    ("enquiry", Fault("error_500")),
    ("enquiry", Fault("bad_signature")),
    ("message", Fault("lose_answer")),
    ("message", Fault("pending", seconds=1)),
    ("reversal", Fault("decline", code="reversal_refused")),
    ("reversal", Fault("lose_answer")),
    ("file", Fault("truncate_file")),
    ("file", Fault("repeat_file")),
)
#: Kinds of blows, and how often.
BLOWS = {"kill": 28, "pause": 18, "cut": 28, "step": 18, "aside": 14, "fill": 6, "clock": 6}


@dataclass(frozen=True, slots=True)
class Blow:
    """One blow: `do` to `target` so many seconds after the doors open, and for how long."""

    number: int
    at: float
    do: str
    target: str
    how: str = ""
    seconds: float = 0.0
    step: int = 0

    def __str__(self) -> str:
        more = f" ({self.how})" if self.how else ""
        lasts = f" for {self.seconds:.1f} s" if self.seconds else ""
        step = f" at step {self.step}" if self.step else ""
        return f"b{self.number} at {self.at:.1f} s: {self.do} {self.target}{more}{step}{lasts}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything that is drawn from a seed."""

    seed: int
    arrivals: tuple[Arrival, ...]
    blows: tuple[Blow, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each thing that can be left out: `a3` an arrival, `f3` what the company does amiss then, `b1` a
        blow."""
        amiss = (f"f{each.number}" for each in self.arrivals if each.fault)
        return (
            *(f"b{each.number}" for each in self.blows),
            *amiss,
            *(f"a{each.number}" for each in self.arrivals),
        )

    def only(self, names: Collection[str]) -> "Schedule":
        """The same seed with nothing but these."""
        arrivals = tuple(
            each if f"f{each.number}" in names else replace(each, fault=None)
            for each in self.arrivals
            if f"a{each.number}" in names
        )
        return replace(self, arrivals=arrivals, blows=tuple(each for each in self.blows if f"b{each.number}" in names))

    def __str__(self) -> str:
        acts = (
            f"a{each.number} at {each.at * SECONDS:.1f} s: counter {each.counter}, {each.act}"
            + (f" [f{each.number} {each.fault.title}]" if each.fault else "")
            for each in self.arrivals
        )
        return "\n".join([f"seed {self.seed}", *acts, *map(str, self.blows)])


def draw(seed: int) -> Schedule:
    """The schedule of a seed, the same on every machine."""
    random = Random(seed)
    moments = sorted(random.random() for _ in range(random.randint(FEWEST_ACTS, MOST_ACTS)))
    arrivals = tuple(_arrival(random, number, at) for number, at in enumerate(moments, start=1))
    count = random.randint(FEWEST_BLOWS, MOST_BLOWS)
    times = sorted(round(random.uniform(0, BLOWS_UNTIL), 2) for _ in range(count))
    moments = _moments_of(arrivals)
    blows = (_blow(random, number, at, moments) for number, at in enumerate(times, start=1))
    return Schedule(seed, arrivals, tuple(blows))


def _arrival(random: Random, number: int, at: float) -> Arrival:
    return Arrival(
        number=number,
        at=at,
        counter=random.randrange(COUNTERS),
        act=_one_of(random, WEIGHTS),
        biller=_one_of(random, BILLERS),
        operator=_one_of(random, OPERATORS),
        fault=random.choice([*FAULTS, *[None] * NOTHING_AMISS]),
        luck=random.getrandbits(32),
    )


def _moments_of(arrivals: Collection[Arrival]) -> list[str]:
    acts = {each.act for each in arrivals}
    theirs = [moments for word, moments in MOMENTS_OF.items() if any(word in act for act in acts)]
    return sorted({*MOMENTS, *(moment for moments in theirs for moment in moments)})


def _blow(random: Random, number: int, at: float, moments: list[str]) -> Blow:
    do = _one_of(random, BLOWS)
    seconds = round(random.uniform(0.2, 2.5), 1)
    if do == "kill":
        return Blow(number, at, do, random.choice((*PROCESSES, EVERYTHING)), seconds=round(seconds / 2, 1))
    if do == "pause":
        return Blow(number, at, do, random.choice(PROCESSES), seconds=round(seconds * 1.6, 1))
    if do == "cut":
        return Blow(number, at, do, random.choice(WIRES), how=random.choice(CUTS), seconds=seconds)
    if do == "step":
        moment, how = random.choice(moments), random.choice(("die", "die", "cut"))
        return Blow(number, round(at / 2, 2), do, moment, how=how, step=random.randint(1, MOST_STEPS))
    if do == "aside":
        target, fault = random.choice(ASIDES)
        return Blow(number, at, do, target, how=f"{fault.do}:{fault.seconds:g}:{fault.code or ''}")
    if do == "clock":
        return Blow(number, 0.0, do, f"counter-{random.randrange(COUNTERS)}", how=random.choice(("-365", "+365")))
    return Blow(number, at, "fill", "disk", seconds=round(seconds / 2, 1))


def _one_of(random: Random, weights: dict[str, int]) -> str:
    [chosen] = random.choices(list(weights), weights=list(weights.values()))
    return chosen

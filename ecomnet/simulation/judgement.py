"""Do three sides tell the same story? Our books, the company's books, and the slips that counters hold.

Pure: rows in, findings out. `lost` is money that one side has and another does not know, `doubled` something that
happened twice, `open` what nobody has decided, `apart` where sums do not agree.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

UNDECIDED = frozenset({"held", "submitted", "pending", "unknown", "manual_review", "reversal_asked"})
DONE, ASKED_BACK, TAKEN_BACK, FAILED = "succeeded", "reversal_asked", "reversed", "failed"
PARTLY_REFUNDED, REFUNDED = "partially_refunded", "refunded"
#: Those that were done once have their final slip.
ONCE_DONE = frozenset({DONE, ASKED_BACK, TAKEN_BACK, PARTLY_REFUNDED, REFUNDED})
LOST, DOUBLED, OPEN, APART = "lost", "doubled", "open", "apart"


@dataclass(frozen=True, slots=True)
class OwedBack:
    """Money owed to a villager, how much of it the ledger says was handed over, and which payment it paid for instead.
    Minor units."""

    amount: int
    status: str
    paid_out: int = 0
    spent_on: str = ""


@dataclass(frozen=True, slots=True)
class Ours:
    """A payment in our books. `passed_on` is what the ledger moved to the biller, or of a recharge to the operator and
    those who share its margin; `still_held` is what it holds, `from_owed` what of the payment was owed to the payer.

    Without a `company` nobody executes it: it is done when it is paid, with one slip, and `passed_on` is what came to
    the funds of customers. `refunded` is what was taken back of such a sale.
    """

    our_ref: str
    company: str
    status: str
    total: int
    passed_on: int
    still_held: int
    bill: str = ""
    owed: tuple[OwedBack, ...] = ()
    from_owed: int = 0
    refunded: int = 0

    @property
    def is_done(self) -> bool:
        """Whether the sale took place; of what nobody executes a part may have come back since."""
        return self.status == DONE or (not self.company and self.status in ONCE_DONE)


@dataclass(frozen=True, slots=True)
class Theirs:
    """A payment in the company's books."""

    our_ref: str
    company: str
    status: str
    amount: int
    executions: int


@dataclass(frozen=True, slots=True)
class Held:
    """What a counter holds of one press of a button: the payment it was told, and the slips (kind, total)."""

    key: str
    our_ref: str
    total: int
    slips: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    kind: str
    our_ref: str
    why: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.our_ref}: {self.why}" if self.our_ref else f"{self.kind}: {self.why}"


@dataclass(frozen=True, slots=True)
class Sums:
    """What one company was paid, as each side sees it. Minor units."""

    ours: int
    theirs: int
    slips: int

    @property
    def agree(self) -> bool:
        """Whether the three are one."""
        return self.ours == self.theirs == self.slips


@dataclass(slots=True)
class Verdict:
    """The day as judged."""

    findings: list[Finding] = field(default_factory=list)
    sums: dict[str, Sums] = field(default_factory=dict)

    def count(self, kind: str) -> int:
        """How many payments show this."""
        return len({finding.our_ref or finding.why for finding in self.findings if finding.kind == kind})

    @property
    def is_balanced(self) -> bool:
        """Whether no sum disagrees."""
        return not self.count(APART) and all(sums.agree for sums in self.sums.values())

    @property
    def is_good(self) -> bool:
        """Whether nothing at all was found."""
        return self.is_balanced and not self.findings

    @property
    def line(self) -> str:
        """The last line of the day."""
        balanced = "yes" if self.is_balanced else "no"
        return (
            f"books balanced: {balanced}, lost: {self.count(LOST)}, doubled: {self.count(DOUBLED)}, "
            f"open: {self.count(OPEN)}"
        )


def judge(
    *, ours: Sequence[Ours], theirs: Sequence[Theirs], held: Sequence[Held], apart: Iterable[str] = ()
) -> Verdict:
    """Compare the three sides; `apart` are sentences of those who found books or drawers that do not agree."""
    verdict = Verdict([Finding(APART, "", why) for why in apart])
    we, they, counters = _by_ref(ours), _by_ref(theirs), _by_ref(held)
    for our_ref in sorted(we.keys() | they.keys() | counters.keys()):
        verdict.findings += _compare(our_ref, we[our_ref], they[our_ref], counters[our_ref])
    verdict.findings += _spent(ours)
    verdict.findings += _bills_paid_twice(ours)
    verdict.findings += _keys_that_paid_twice(held)
    verdict.sums = _sums(ours, theirs, held)
    return verdict


def _by_ref(rows: Iterable) -> dict[str, list]:
    found: dict[str, list] = defaultdict(list)
    for row in rows:
        found[row.our_ref].append(row)
    return found


def _compare(our_ref: str, we: list[Ours], they: list[Theirs], counters: list[Held]) -> Iterable[Finding]:
    executed = [row for row in they if row.executions]
    if not we:
        if executed:
            yield Finding(LOST, our_ref, "the company executed what our books do not know")
        if counters:
            yield Finding(LOST, our_ref, "a counter holds a slip of what our books do not know")
        return
    payment = we[0]
    if not counters:
        yield Finding(LOST, our_ref, "money was taken and no counter knows of it")
    for row in counters:
        yield from _slips(payment, row)
    if payment.status in UNDECIDED:
        yield Finding(OPEN, our_ref, f"still {payment.status}")
        return
    if any(row.status == "pending" for row in they):
        yield Finding(OPEN, our_ref, f"{payment.status} with us, still pending with the company")
    if sum(row.executions for row in they) > 1:
        yield Finding(DOUBLED, our_ref, "the company executed it more than once")
    yield from _ends(payment, executed)
    yield from _ledger(payment)
    yield from _owed(payment)


def _slips(payment: Ours, held: Held) -> Iterable[Finding]:
    kinds = Counter(kind for kind, _total in held.slips)
    if held.total != payment.total or any(total != payment.total for kind, total in held.slips if kind != "refund"):
        yield Finding(LOST, payment.our_ref, "a slip shows another amount than our books")
    if payment.company and not kinds["in_progress"]:
        yield Finding(LOST, payment.our_ref, "the slip that was given out is not there any more")
    if kinds["final"] != (1 if payment.status in ONCE_DONE else 0):
        yield Finding(LOST, payment.our_ref, f"{kinds['final']} final slips of a payment that has {payment.status}")


def _ends(payment: Ours, executed: list[Theirs]) -> Iterable[Finding]:
    wanted = {DONE: {DONE}, TAKEN_BACK: {TAKEN_BACK}}.get(payment.status, set()) if payment.company else set()
    said = {row.status for row in executed}
    if said != wanted:
        yield Finding(LOST, payment.our_ref, f"{payment.status} with us, {', '.join(said) or 'not executed'} there")
    if any(row.amount != payment.total for row in executed):
        yield Finding(LOST, payment.our_ref, "the company executed another amount")


def _ledger(payment: Ours) -> Iterable[Finding]:
    due = payment.total if payment.is_done else 0
    if payment.passed_on < due:
        yield Finding(LOST, payment.our_ref, "the ledger has passed on less than was paid")
    if payment.passed_on > due:
        yield Finding(DOUBLED, payment.our_ref, "the ledger has passed on more than was paid")
    if payment.still_held:
        yield Finding(OPEN, payment.our_ref, "decided, and the ledger still holds the money")


def _owed(payment: Ours) -> Iterable[Finding]:
    due = payment.total if payment.status in {FAILED, TAKEN_BACK} else payment.refunded
    owed = sum(refund.amount for refund in payment.owed)
    if owed < due:
        yield Finding(LOST, payment.our_ref, "less is owed back than was taken")
    if owed > due:
        yield Finding(DOUBLED, payment.our_ref, "more is owed back than was taken")
    for refund in payment.owed:
        if refund.status == "granted":
            yield Finding(OPEN, payment.our_ref, "nobody has told the villager that money is owed back")
        paid = refund.amount if refund.status == "paid_out" else 0
        if refund.paid_out != paid:
            kind = DOUBLED if refund.paid_out > paid else LOST
            yield Finding(kind, payment.our_ref, "the ledger has handed back another amount than was owed")


def _spent(ours: Sequence[Ours]) -> Iterable[Finding]:
    """What was owed and spent has paid for one thing, whole."""
    spent: Counter[str] = Counter()
    for payment in ours:
        for refund in payment.owed:
            if refund.status == "spent" or refund.spent_on:
                spent[refund.spent_on or payment.our_ref] += refund.amount
    came = {payment.our_ref: payment.from_owed for payment in ours}
    for our_ref in sorted(spent.keys() | came.keys()):
        if spent[our_ref] > came.get(our_ref, 0):
            yield Finding(LOST, our_ref, "money owed back was spent and has not paid for anything")
        if spent[our_ref] < came.get(our_ref, 0):
            yield Finding(DOUBLED, our_ref, "more owed money has paid for it than was spent")


def _bills_paid_twice(ours: Sequence[Ours]) -> Iterable[Finding]:
    paid = Counter(payment.bill for payment in ours if payment.bill and payment.status == DONE)
    for payment in ours:
        if payment.status == DONE and paid[payment.bill] > 1:
            yield Finding(DOUBLED, payment.our_ref, f"the bill {payment.bill} was paid {paid[payment.bill]} times")


def _keys_that_paid_twice(held: Sequence[Held]) -> Iterable[Finding]:
    refs = defaultdict(set)
    for row in held:
        refs[row.key].add(row.our_ref)
    for key, found in refs.items():
        if len(found) > 1:
            for our_ref in sorted(found):
                yield Finding(DOUBLED, our_ref, f"one press ({key}) made {len(found)} payments")


def _sums(ours: Sequence[Ours], theirs: Sequence[Theirs], held: Sequence[Held]) -> dict[str, Sums]:
    by_us: Counter[str] = Counter()
    by_them: Counter[str] = Counter()
    by_slips: Counter[str] = Counter()
    company_of = {payment.our_ref: payment for payment in ours}
    for payment in (each for each in ours if each.company):
        by_us[payment.company] += payment.passed_on
    for row in theirs:
        by_them[row.company] += row.amount if row.executions and row.status == DONE else 0
    for slip in held:
        of = company_of.get(slip.our_ref)
        if of and of.company and of.status != TAKEN_BACK:
            by_slips[of.company] += sum(total for kind, total in slip.slips if kind == "final")
    companies = sorted(by_us.keys() | by_them.keys() | by_slips.keys())
    return {code: Sums(by_us[code], by_them[code], by_slips[code]) for code in companies}

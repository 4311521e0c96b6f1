"""Our bank's lines: every one posts against suspense, until it is explained; differences that people close."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from finance.models import BankStatementLine, ReconItem
from finance.recon.services import (
    ask_write_off,
    explain_by_hand,
    import_bank_statement,
    resolve_recon_item,
    write_off_recon_item,
)
from tests.factories.recon import HEADER
from tests.finance.model.books import Effect, Move, moved
from tests.finance.model.earnings import EXPENSE, REVENUE
from tests.finance.model.machine import ANY, chosen
from tests.finance.model.rows import UNDECIDED, Sale
from tests.finance.model.verbs.late import Late

BANK, SUSPENSE, CLEARING = "bank:main", "suspense:main", "payout_clearing:platform"
TAKEN_BACK = frozenset({"reversed", "refunded"})
SUMS = st.sampled_from([50, 12_34, 98_50, 100_00, 186_40, 500_00])
#: What an officer may say that a line was: which way it went, and to which account it belongs.
MEANINGS = {
    "biller": ({"in", "out"}, "biller:JS-POWER", "JS-POWER"),
    "operator": ({"in", "out"}, "operator:CN-MOBILE", "CN-MOBILE"),
    "receivable": ({"in"}, "fee_receivable:JS-WATER", "JS-WATER"),
    "fee": ({"out"}, EXPENSE, ""),
    "interest": ({"in"}, REVENUE, ""),
    "tax": ({"out"}, "tax_payable:platform", ""),
    "sent_back": ({"in"}, "payout_clearing:platform", ""),
    "payout": ({"in", "out"}, BANK, ""),
    "remittance": ({"in"}, "till:centre", "centre"),
    "village": (set(), "", "village"),
    "float": (set(), "", ""),
}


@dataclass
class BankLine:
    """A line of the bank's statement, and how much of it is explained."""

    row: BankStatementLine
    way: str
    minor: int
    explained: int = 0
    #: What has it as its own: a top-up or a slip.
    owner: Any = None

    @property
    def left(self) -> int:
        return self.minor - self.explained


@dataclass
class Item:
    """A difference between a company and us: what they have more than we."""

    sale: Sale
    kind: str
    row: ReconItem
    minor: int
    state: str = "unmatched"
    asked_by: Any = None

    @property
    def is_open(self) -> bool:
        return self.state in {"unmatched", "assigned"}


class Bank(Late):
    """The counter, the drawer, and the bank."""

    def __init__(self, house: Any) -> None:
        super().__init__(house)
        self.bank_lines: list[BankLine] = []
        #: What lies on payout_clearing: the line that brought it, and how much of it.
        self.came_back: list[tuple[BankLine, int]] = []
        self.known_items: dict[tuple[str, Any, str], Item] = {}

    @rule(way=st.sampled_from(["in", "in", "out"]), minor=SUMS)
    def a_line_of_the_bank(self, way: str, minor: int) -> None:
        self._import(way, minor)

    @precondition(lambda self: self.bank_lines)
    @rule(n=ANY, kind=st.sampled_from(sorted(MEANINGS)), part=st.sampled_from([0, 0, 1, -1]), officer=st.integers(0, 2))
    def say_what_a_line_was(self, n: int, kind: str, part: int, officer: int) -> None:
        line = chosen(self.bank_lines, n)
        ways, account, of = MEANINGS[kind]
        centre = self.house.centre_place
        of = {"centre": centre.station.code, "village": self.house.shops[0].station.code}.get(of, of)
        account, kind = account.replace("till:centre", centre.till), "remittance" if kind == "village" else kind
        minor = max(1, line.left // 2) if part == 1 else line.left - part
        expect = ""
        if line.owner is not None and type(line.owner).__name__ == "FloatTopUp":
            expect = "bank_line_explained"
        elif not ways or minor <= 0 or not self._is_known(account) or line.way not in ways:
            expect = "explanation_unfit"
        elif minor > line.left:
            expect = "bank_line_explained"
        effects = [] if expect else moved(SUSPENSE, account, minor if line.way == "in" else -minor)
        done = self.attempt(
            explain_by_hand,
            expect=expect,
            effects=effects,
            line=line.row,
            kind=kind,
            amount=self.money(minor),
            of=of,
            text="",
            by=self.house.officers[officer],
        )
        line.explained += minor if done else 0
        if done and kind == "sent_back":
            self.came_back.append((line, minor))

    @precondition(lambda self: self.came_back)
    @rule(n=ANY, beside=st.sampled_from([0, 0, 1]), is_named=st.sampled_from([True, True, False]))
    def send_it_out_again(self, n: int, beside: int, is_named: bool) -> None:
        """What came in by mistake goes out again with a line that names the first; it rests in no other way."""
        line, minor = chosen(self.came_back, n)
        out = self._import("out", minor + beside)
        waits = [each for each in self.came_back if each[0] is line and each[1] == minor + beside]
        expect = "" if waits and is_named else "explanation_unfit"
        effects = [] if expect else [Move(CLEARING, SUSPENSE, out.minor)]
        about = {"kind": "sent_back", "amount": self.money(out.minor), "text": ""}
        of, by = line.row.line_ref if is_named else "", self.house.officers[1]
        if self.attempt(explain_by_hand, expect=expect, effects=effects, line=out.row, of=of, by=by, **about):
            out.explained = out.minor
            self.came_back.remove(waits[0])

    @precondition(lambda self: self.items)
    @rule(
        n=ANY,
        officer=st.integers(0, 2),
        reason=st.sampled_from(["they_correct", "settled_otherwise", "decided", "we_bear_it", "not_done"]),
    )
    def close_a_difference(self, n: int, officer: int, reason: str) -> None:
        item, by = self._item(n), self.house.officers[officer]
        sale = item.sale
        posts = reason in {"we_bear_it", "not_done"}
        fits = {
            "they_correct": True,
            "settled_otherwise": item.kind == "amount",
            "decided": item.kind == "status",
            "we_bear_it": True,
            "not_done": item.kind == "status" and sale.state in {"succeeded", "reversal_asked", *TAKEN_BACK},
        }
        expect = "" if item.is_open else "wrong_state"
        expect = expect or ("" if fits[reason] else "reason_unfit")
        expect = expect or ("payment_undecided" if posts and sale.state in UNDECIDED else "")
        is_refused = reason == "not_done" and sale.state not in TAKEN_BACK
        expect = expect or ("not_taken_back" if is_refused else "")
        about = {"item": item.row, "reason_code": reason, "text": "", "by": by}
        effects = self._borne_by_us(item) if reason == "we_bear_it" and not expect else []
        if self.attempt(resolve_recon_item, expect=expect, effects=effects, **about):
            item.state = "resolved"

    @precondition(lambda self: self.items)
    @rule(n=ANY, officer=st.integers(0, 2))
    def write_a_difference_off(self, n: int, officer: int) -> None:
        item, by = self._item(n), self.house.officers[officer]
        is_undecided = item.sale.state in UNDECIDED
        expect = "" if item.is_open else "wrong_state"
        if item.asked_by is None:
            expect = expect or ("payment_undecided" if is_undecided else "")
            if self.attempt(ask_write_off, expect=expect, item=item.row, text="small", by=by):
                item.state, item.asked_by = "assigned", by
            return
        expect = expect or ("same_person" if item.asked_by == by else "payment_undecided" if is_undecided else "")
        effects = [] if expect else self._borne_by_us(item)
        if self.attempt(write_off_recon_item, expect=expect, effects=effects, item=item.row, by=by):
            item.state = "written_off"

    # --- the model

    def _import(self, way: str, minor: int, text: str = "") -> BankLine:
        ref = uuid4().hex[:12]
        sign = "" if way == "in" else "-"
        content = (
            f"{HEADER}\n{self.today},{ref},{way},{self.money(minor)},{self.land.currency},对方,4821,{text}\n".encode()
        )
        effects = moved(BANK, SUSPENSE, minor if way == "in" else -minor)
        [row] = self.attempt(
            import_bank_statement,
            effects=effects,
            bank_account="main",
            content=content,
            control_total=self.money(int(f"{sign}{minor}")),
            country=self.land.country,
            by=self.house.officers[0],
        )
        line = BankLine(row, way, minor)
        self.bank_lines.append(line)
        return line

    def _is_known(self, account: str) -> bool:
        """An account that nobody has had to do with is not there; those of the system itself are made."""
        is_ours = account.endswith(":platform") or account == BANK
        return is_ours or account in self.opened or self.books.versions[account] > 0

    def _item(self, n: int) -> Item:
        key = list(self.items)[-1 - n % len(self.items)]
        if key not in self.known_items:
            kind, payment, theirs = key
            known_by = f"refunded_twice:{theirs}" if kind == "duplicate" else f"{kind}:{payment}:{theirs}"
            row = ReconItem.objects.get(dedupe_key=known_by)
            minor = self.items[key]
            assert row.amount_diff_minor == minor
            sale = next(sale for sale in self.sales if sale.payment.pk == payment)
            self.known_items[key] = Item(sale, kind, row, minor)
        return self.known_items[key]

    def _borne_by_us(self, item: Item) -> list[Effect]:
        """They have more: our expense. They have less: our revenue."""
        sale = item.sale
        party = {"bill": f"biller:{sale.party}", "recharge": f"operator:{sale.party}"}.get(sale.purpose, sale.clearing)
        if item.minor > 0:
            return [Move(EXPENSE, party, item.minor)]
        return [Move(party, REVENUE, -item.minor)]

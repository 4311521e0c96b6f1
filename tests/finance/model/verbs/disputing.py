"""Partners who say that an entry took something from them wrongly, and people of finance who decide."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from finance.complaints.services import decide_dispute, dispute_entry
from finance.models import Complaint
from ledger.models import Account, Entry
from tests.finance.model.machine import ANY, SHOPS
from tests.finance.model.verbs.settling import Settling

#: What took commission back, or corrected it; tax and payouts are no deductions of ours.
DEDUCTIONS = frozenset({"adjustment", "payment_reversed", "payment_refunded"})


@dataclass
class Dispute:
    """An entry that its payee holds for wrong."""

    row: Complaint
    account: str
    minor: int
    event_type: str
    event: str
    logged_at: dt.datetime
    by: Any
    is_open: bool = True


class Disputing(Settling):
    """Everything at the counter, what becomes of what was earned, and what is disputed of it."""

    def __init__(self, house: Any) -> None:
        super().__init__(house)
        self.disputes: dict[tuple[str, int], Dispute] = {}

    @precondition(lambda self: self.lines)
    @rule(where=SHOPS, n=ANY, takes=st.sampled_from([True, True, True, False]))
    def dispute_an_entry(self, where: int, n: int, takes: bool) -> None:
        shop = self.house.shops[where]
        code = self.house.commission(shop.partner)
        entries = (
            Entry.objects.select_related("transfer")
            .filter(account__code=code)
            .exclude(transfer__event_type__in=["over_short", "over_short_returned"])
        )
        wanted = entries.filter(side="debit" if takes else "credit", posted_delta__gt=0).order_by("version")
        if not wanted:
            return
        entry = list(wanted)[-1 - n % len(wanted)]
        expect = "already_disputed" if (code, entry.version) in self.disputes else ""
        row = self.attempt(
            dispute_entry,
            expect=expect if takes else "nothing_to_dispute",
            account=Account.objects.get(code=code),
            version=entry.version,
            text="不对",
            station=shop.station,
            by=shop.partner,
        )
        if row:
            event = entry.transfer
            self.disputes[code, entry.version] = Dispute(
                row, code, entry.posted_delta, event.event_type, event.event_id, self.then, shop.partner
            )

    @precondition(lambda self: self.disputes)
    @rule(n=ANY, officer=st.integers(0, 2), outcome=st.sampled_from(["upheld", "not_upheld"]))
    def decide_a_dispute(self, n: int, officer: int, outcome: str) -> None:
        dispute, by = list(self.disputes.values())[-1 - n % len(self.disputes)], self.house.officers[officer]
        expect = "" if dispute.is_open else "wrong_state"
        expect = expect or ("same_person" if by in self._had_a_part_in(dispute) else "")
        about = {"complaint": dispute.row, "outcome": outcome, "answer": "看过了", "by": by}
        if self.attempt(decide_dispute, expect=expect, **about):
            dispute.is_open = False

    # --- the model

    def _is_disputed(self, code: str, event: str) -> bool:
        """Whether something that an event took from an account is open: nothing more is taken until it is decided."""
        return any(each.is_open and (each.account, each.event) == (code, event) for each in self.disputes.values())

    def _given_back(self, code: str, until: dt.datetime) -> int:
        """What was taken from an account, told, and disputed until then: it is paid all the same."""
        mine = [each for each in self.disputes.values() if each.is_open and each.account == code]
        return sum(each.minor for each in mine if each.logged_at <= until and self._is_told(each, until))

    def _is_told(self, dispute: Dispute, until: dt.datetime) -> bool:
        if dispute.event_type not in DEDUCTIONS:
            return False
        if dispute.event_type == "adjustment":
            line = self._adjusted_by(dispute.event)
            return line.when <= until and not self._corrects_what_waits(line)
        about = (dispute.account, dispute.event)
        taken = [line for line in self.lines if line.of and line.minor and (line.account, line.event) == about]
        return not any(line.waits or line.when > until for line in taken)

    def _adjusted_by(self, adjustment: str) -> Any:
        done = [one for one in self.corrections if one.state == "approved"]
        return self.adjusted[[str(one.row.pk) for one in done].index(adjustment)]

    def _had_a_part_in(self, dispute: Dispute) -> set[Any]:
        people = {dispute.by}
        for one in self.corrections:
            if dispute.event_type == "adjustment" and str(one.row.pk) == dispute.event:
                people |= {one.by, one.decided_by}
        return people

"""Floats: filled by bank or in cash, lent to another partner, taken out again; the mode of a station changed."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils.timezone import now
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from core.models import Notice
from core.notices.services import message_of
from finance.floats.services import (
    CodeSignature,
    accept_float,
    count_topup_cash,
    credit_topup,
    decline_float,
    expire_float,
    match_topup,
    recall_float,
    reject_topup,
    request_topup,
    send_float,
    set_station_money,
    take_topup_cash,
)
from finance.models import FloatTopUp, FloatTransfer
from ledger.models import Transfer
from ledger.services import expire_hold
from tests.factories.tills import pieces
from tests.finance.model.books import Hold, Move, Post, Void
from tests.finance.model.house import DAY
from tests.finance.model.machine import ANY, SHOPS, chosen
from tests.finance.model.verbs.bank import SUSPENSE
from tests.finance.model.verbs.on_the_way import Cash

FLOAT_MOST = 20_000_00
A_CODE_LIVES = dt.timedelta(minutes=10)


@dataclass
class TopUp:
    """Money for a float: asked for, seen, credited."""

    row: FloatTopUp
    shop: Any
    state: str = "requested"
    line: Any = None
    matched_by: Any = None
    counted: int = 0
    code: str = ""
    code_ends_at: dt.datetime | None = None
    codes_sent: int = 0
    tries: int = 0


@dataclass
class Lent:
    """Float on its way to another partner."""

    row: FloatTransfer
    sender: Any
    receiver: Any
    ends_at: dt.datetime
    state: str = "sent"

    @property
    def name(self) -> str:
        return f"lent {self.row.pk}"


class Floats(Cash):
    """Counter, drawer, bank, and floats."""

    def __init__(self, house: Any) -> None:
        super().__init__(house)
        self.topups: list[TopUp] = []
        self.lent: list[Lent] = []

    # --- filled

    @rule(where=SHOPS, minor=st.sampled_from([100_00, 500_00, 19_800_00]), via=st.sampled_from(["bank", "cash"]))
    def ask_for_float(self, where: int, minor: int, via: str) -> None:
        shop = self.house.shops[where]
        expect = "over_float_max" if self.books.holds(shop.float) + minor > FLOAT_MOST else ""
        about = {"station": shop.station, "amount": self.money(minor), "via": via, "by": shop.partner}
        row = self.attempt(request_topup, expect=expect, **about)
        if row:
            self.topups.append(TopUp(row, shop))

    @precondition(lambda self: self.topups)
    @rule(n=ANY, m=ANY, is_new=st.booleans(), by=st.integers(0, 1))
    def a_line_brings_it(self, n: int, m: int, is_new: bool, by: int) -> None:
        topup, who = chosen(self.topups, n), [self.house.clerk, self.house.officers[0]][by]
        line = self._import("in", 500_00) if is_new or not self.bank_lines else chosen(self.bank_lines, m)
        expect = "" if topup.state == "requested" else "wrong_state"
        expect = expect or ("bank_line_taken" if line.owner is not None or line.explained else "")
        expect = expect or ("bank_line_unfit" if line.way == "out" else "")
        if self.attempt(match_topup, expect=expect, topup=topup.row, bank_line=line.row, by=who):
            topup.state, topup.line, topup.matched_by, line.owner = "funds_seen", line, who, topup.row

    @precondition(lambda self: self.topups)
    @rule(n=ANY, officer=st.integers(0, 1))
    def credit_it(self, n: int, officer: int) -> None:
        topup, by = chosen(self.topups, n), self.house.officers[officer]
        expect = "" if topup.state == "funds_seen" else "wrong_state"
        expect = expect or ("same_person" if by == topup.matched_by else "")
        effects = [] if expect else [Move(SUSPENSE, topup.shop.float, topup.line.left)]
        if self.attempt(credit_topup, expect=expect, effects=effects, topup=topup.row, by=by):
            topup.state, topup.line.explained = "credited", topup.line.minor

    @precondition(lambda self: self.topups)
    @rule(n=ANY)
    def say_no_to_it(self, n: int) -> None:
        topup = chosen(self.topups, n)
        expect = "" if topup.state == "requested" else "wrong_state"
        by = self.house.officers[2]
        if self.attempt(reject_topup, expect=expect, topup=topup.row, reason="nothing came", by=by):
            topup.state = "rejected"

    @precondition(lambda self: self.topups)
    @rule(n=ANY, minor=st.sampled_from([100_00, 250_50]))
    def count_cash_for_it(self, n: int, minor: int) -> None:
        topup = chosen(self.topups, n)
        expect = "" if topup.state == "requested" else "wrong_state"
        expect = expect or ("too_many" if topup.codes_sent >= 5 else "")
        about = {"topup": topup.row, "lines": pieces(minor), "by": self.house.clerk}
        if self.attempt(count_topup_cash, expect=expect, **about):
            topup.counted, topup.codes_sent, topup.tries = minor, topup.codes_sent + 1, 0
            topup.code, topup.code_ends_at = _code_of(topup.row), self.then + A_CODE_LIVES

    @precondition(lambda self: any(topup.counted for topup in self.topups))
    @rule(n=ANY, is_wrong=st.sampled_from([False, False, True]))
    def sign_for_the_cash(self, n: int, is_wrong: bool) -> None:
        topup = chosen([topup for topup in self.topups if topup.counted], n)
        centre = self.house.centre_place
        drawer = self.drawers[centre.till]
        expect = "" if topup.state == "requested" else "wrong_state"
        expect = expect or ("code_locked" if topup.tries >= 5 else "")
        expect = expect or ("code_expired" if self.at >= topup.code_ends_at else "code_wrong" if is_wrong else "")
        is_shut = drawer.state in {"", "closed"} or self.is_left_over(drawer)
        expect = expect or ("cash_day_not_open" if is_shut else "")
        code = "000000" if is_wrong and topup.code != "000000" else "000001" if is_wrong else topup.code
        effects = [] if expect else [Move(centre.till, topup.shop.float, topup.counted)]
        about = {"topup": topup.row, "signature": CodeSignature(code), "by": self.house.clerk}
        done = self.attempt(take_topup_cash, expect=expect, effects=effects, **about)
        topup.state = "credited" if done else topup.state
        topup.tries += expect == "code_wrong"

    # --- lent

    @rule(where=SHOPS, minor=st.sampled_from([50_00, 100_00, 1_400_00]), long_ago=st.booleans())
    def lend_float(self, where: int, minor: int, long_ago: bool) -> None:
        sender, receiver = self.house.shops[where], self.house.shops[1 - where]
        at = now() - dt.timedelta(hours=25) if long_ago else self.at
        expect = "over_float_max" if self.books.holds(receiver.float) + minor > FLOAT_MOST else ""
        hold = str(uuid4())
        row = self.attempt(
            send_float,
            expect=expect,
            effects=[Hold(sender.float, receiver.float, minor, hold)],
            lack={"float": "float_too_small"},
            station=sender.station,
            to=receiver.station,
            amount=self.money(minor),
            by=sender.partner,
            at=at,
        )
        if row:
            lent = Lent(row, sender, receiver, at + DAY)
            self.books.held[lent.name] = self.books.held.pop(hold)
            self.lent.append(lent)

    @precondition(lambda self: self.lent)
    @rule(n=ANY, verb=st.sampled_from([accept_float, decline_float, recall_float]), is_other=st.sampled_from([0, 0, 1]))
    def answer_it(self, n: int, verb: Any, is_other: int) -> None:
        lent = chosen(self.lent, n)
        is_sender = verb is recall_float
        rightful, other = lent.receiver.partner, lent.sender.partner
        if is_sender:
            rightful, other = other, rightful
        is_over = lent.state == "expired" or (lent.state == "sent" and self.at >= lent.ends_at)
        expect = "transfer_expired" if is_over else "" if lent.state == "sent" else "wrong_state"
        expect = expect or (("not_the_sender" if is_sender else "not_the_receiver") if is_other else "")
        effect = Post(lent.name) if verb is accept_float else Void(lent.name)
        if not expect and verb is accept_float:
            most = self.books.holds(lent.receiver.float) + lent.row.amount_minor
            expect = "over_float_max" if most > FLOAT_MOST else ""
        effects = [] if expect else [effect]
        by = other if is_other else rightful
        if self.attempt(verb, expect=expect, effects=effects, transfer=lent.row, by=by):
            lent.state = {accept_float: "accepted", decline_float: "declined"}.get(verb, "recalled")

    @precondition(lambda self: any(lent.state == "sent" for lent in self.lent))
    @rule(n=ANY)
    def the_day_to_answer_is_over(self, n: int) -> None:
        self._expire(chosen([lent for lent in self.lent if lent.state == "sent"], n))

    @rule(where=SHOPS)
    def change_the_mode(self, where: int) -> None:
        shop = self.house.shops[where]
        mode = "postpaid" if self.mode_of(shop) == "prepaid" else "prepaid"
        touches = any(shop.float in {hold.debit, hold.credit} for hold in self.books.held.values())
        done = self.attempt(
            set_station_money,
            expect="float_holds_pending" if touches else "",
            station=shop.station,
            changes={"mode": mode},
            from_date=self.today,
            reason="agreed",
            by=self.house.officers[0],
        )
        if done:
            self.modes[shop.float] = mode

    # --- the model

    def before_the_audit(self) -> None:
        """The ledger frees what was lent for too long, every minute."""
        super().before_the_audit()
        for lent in self.lent:
            if lent.state == "sent" and lent.ends_at < now():
                self._expire(lent)
        self.the_house_agrees_with_the_model()

    def _expire(self, lent: Lent) -> None:
        hold = Transfer.objects.get(pk=lent.row.hold_transfer_id)
        expect = "" if lent.ends_at <= now() else "hold_not_expired"
        effects = [] if expect else [Void(lent.name)]
        date = self.land.day_of(self.at)
        if self.attempt(expire_hold, expect=expect, effects=effects, pending_id=hold.pk, business_date=date):
            self.attempt(expire_float, transfer=lent.row)
            lent.state = "expired"


def _code_of(topup: FloatTopUp) -> str:
    notice = Notice.objects.filter(dedupe_key__startswith=f"topup_code:{topup.pk}:").latest("pk")
    return re.search(r"(?<!\d)\d{6}(?!\d)", message_of(notice.our_ref)["text"]).group()

"""Cash on its way: declared, signed for by two, counted where it arrives or seen at the bank; and cash that is gone."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from finance.models import LossCase, OverShort, Remittance
from finance.tills.services import (
    cancel_remittance,
    close_loss,
    declare_remittance,
    hand_over_cash,
    match_remittance,
    receive_remittance,
    report_loss,
    take_insurance,
)
from tests.factories.tills import pieces
from tests.finance.model.books import Effect, Move, moved
from tests.finance.model.earnings import EXPENSE
from tests.finance.model.machine import ANY, SHOPS, chosen
from tests.finance.model.verbs.bank import SUSPENSE, Bank
from tests.finance.model.verbs.drawers import Difference

BROUGHT = st.sampled_from([10_00, 100_00, 150_50, 300_00, 900_00])


@dataclass
class OnTheWay:
    """Cash that leaves one drawer for another, or for the bank."""

    row: Remittance
    shop: Any
    to_county: bool
    by_slip: bool
    minor: int
    state: str = "declared"
    giver: Any = None
    has_carrier_signed: bool = False


@dataclass
class Loss:
    """Cash that is gone, and what is left of it to be borne."""

    row: LossCase
    shop: Any
    left: int
    reporter: Any
    asked_by: Any = None
    state: str = "open"


class Cash(Bank):
    """Drawers, and what is brought from one to the other."""

    def __init__(self, house: Any) -> None:
        super().__init__(house)
        self.on_the_way: list[OnTheWay] = []
        self.losses: list[Loss] = []

    @rule(where=SHOPS, minor=BROUGHT, how=st.sampled_from(["to county", "to county", "to station", "slip"]))
    def say_what_is_brought(self, where: int, minor: int, how: str) -> None:
        shop, clerk = self.house.shops[where], self.house.clerk
        by, carrier = (clerk, shop.partner) if how == "to station" else (shop.partner, clerk)
        leaves = self.house.centre_place if how == "to station" else shop
        row = self.attempt(
            declare_remittance,
            expect=self._not_held(leaves, minor),
            station=shop.station,
            direction="to_station" if how == "to station" else "to_county",
            via="bank_slip" if how == "slip" else "carrier",
            amount=self.money(minor),
            carrier=None if how == "slip" else carrier,
            by=by,
        )
        if row:
            self.on_the_way.append(OnTheWay(row, shop, how != "to station", how == "slip", minor))

    @precondition(lambda self: self.on_the_way)
    @rule(n=ANY, is_carrier=st.booleans())
    def sign_for_it(self, n: int, is_carrier: bool) -> None:
        self._sign(chosen(self.on_the_way, n), is_carrier)

    @precondition(lambda self: any(cash.state == "declared" for cash in self.on_the_way))
    @rule(n=ANY)
    def both_sign(self, n: int) -> None:
        cash = chosen([cash for cash in self.on_the_way if cash.state == "declared"], n)
        if cash.giver is None:
            self._sign(cash, False)
        if cash.state == "declared" and not cash.by_slip and not cash.has_carrier_signed:
            self._sign(cash, True)

    @precondition(lambda self: any(cash.state == "declared" for cash in self.on_the_way))
    @rule(n=ANY)
    def bring_it_another_time(self, n: int) -> None:
        cash = chosen(self.on_the_way, n)
        expect = "" if cash.state == "declared" else "wrong_state"
        if self.attempt(cancel_remittance, expect=expect, remittance=cash.row, by=cash.shop.partner):
            cash.state = "cancelled"

    @precondition(lambda self: any(cash.state != "declared" for cash in self.on_the_way))
    @rule(
        n=ANY, beside=st.sampled_from([0, 0, 0, -10_00, 2_00, -100_00]), is_giver=st.sampled_from([False] * 4 + [True])
    )
    def count_what_arrived(self, n: int, beside: int, is_giver: bool) -> None:
        cash = chosen([cash for cash in self.on_the_way if cash.state != "declared"], n)
        place = self.house.centre_place if cash.to_county else cash.shop
        by = cash.giver if is_giver and cash.giver else place.partner
        lines = pieces(max(0, cash.minor + beside))
        counted = sum(value * number for value, number in lines.items())
        expect = "" if cash.state == "in_transit" else "wrong_state"
        expect = expect or ("awaits_bank_line" if cash.by_slip else "not_the_receiver" if by == cash.giver else "")
        drawer = self.drawers[place.till]
        is_shut = drawer.state in {"", "closed"} or self.is_left_over(drawer)
        expect = expect or ("cash_day_not_open" if is_shut else "")
        carrier = self.house.clerk if cash.to_county else cash.shop.partner
        effects = self._arrived(cash, place.till, counted, carrier)
        if self.attempt(receive_remittance, expect=expect, effects=effects, remittance=cash.row, lines=lines, by=by):
            self._has_arrived(cash, counted, carrier)

    @precondition(lambda self: any(cash.by_slip and cash.state == "in_transit" for cash in self.on_the_way))
    @rule(n=ANY, m=ANY, beside=st.sampled_from([None, 0, 0, -5_00, 7_00]))
    def the_bank_has_it(self, n: int, m: int, beside: int | None) -> None:
        cash = chosen([cash for cash in self.on_the_way if cash.by_slip and cash.state == "in_transit"], n)
        if beside is None and self.bank_lines:
            line = chosen(self.bank_lines, m)
        else:
            line = self._import("in", cash.minor + (beside or 0))
        expect = "bank_line_unfit" if line.way == "out" or line.owner is not None or line.explained else ""
        effects = [] if expect else self._arrived(cash, SUSPENSE, line.minor, cash.giver)
        about = {"remittance": cash.row, "bank_line": line.row, "by": self.house.clerk}
        done = self.attempt(match_remittance, expect=expect, effects=effects, **about)
        if done:
            line.owner, line.explained = done, line.minor
            self._has_arrived(cash, line.minor, cash.giver)

    # --- what is gone

    @precondition(lambda self: any(cash.state not in {"declared", "cancelled"} for cash in self.on_the_way))
    @rule(n=ANY)
    def it_was_lost(self, n: int) -> None:
        cash = chosen([cash for cash in self.on_the_way if cash.state not in {"declared", "cancelled"}], n)
        expect = "" if cash.state == "in_transit" else "wrong_state"
        self._lose(cash.shop, "lost_remittance", cash.minor, cash.shop.transit, expect=expect, remittance=cash.row)
        cash.state = cash.state if expect else "lost"

    @rule(where=SHOPS, minor=st.sampled_from([50_00, 200_00, 5_000_00]))
    def it_was_stolen(self, where: int, minor: int) -> None:
        shop = self.house.shops[where]
        self._lose(shop, "robbery", minor, shop.till)

    @precondition(lambda self: self.losses)
    @rule(n=ANY, m=ANY, beside=st.sampled_from([None, 0, -20_00, 1]))
    def the_insurer_pays(self, n: int, m: int, beside: int | None) -> None:
        loss = chosen(self.losses, n)
        if beside is None and self.bank_lines:
            line = chosen(self.bank_lines, m)
        else:
            line = self._import("in", max(1, loss.left + (beside or 0)))
        expect = "" if loss.state == "open" else "wrong_state"
        is_unfit = line.way == "out" or line.owner is not None or line.explained
        expect = expect or ("bank_line_unfit" if is_unfit else "")
        expect = expect or ("insurer_pays_too_much" if line.minor > loss.left else "")
        effects = [] if expect else moved(SUSPENSE, f"over_short:{loss.shop.station.code}", line.minor)
        about = {"loss_case": loss.row, "bank_line": line.row, "by": self.house.officers[2]}
        if self.attempt(take_insurance, expect=expect, effects=effects, **about):
            loss.left -= line.minor
            line.explained = line.minor

    @precondition(lambda self: self.losses)
    @rule(n=ANY, officer=st.integers(0, 2))
    def close_the_case(self, n: int, officer: int) -> None:
        loss, by = chosen(self.losses, n), self.house.officers[officer]
        expect = "" if loss.state == "open" else "wrong_state"
        expect = expect or ("same_person" if by in {loss.asked_by, loss.reporter} else "")
        is_second = loss.asked_by is not None
        effects = moved(EXPENSE, f"over_short:{loss.shop.station.code}", loss.left) if is_second else []
        if self.attempt(close_loss, expect=expect, effects=effects, loss_case=loss.row, by=by):
            loss.asked_by, loss.state = by, "closed" if is_second else "open"

    # --- the model

    def _sign(self, cash: OnTheWay, is_carrier: bool) -> None:
        clerk, partner = self.house.clerk, cash.shop.partner
        giver, carrier = (partner, clerk) if cash.to_county else (clerk, partner)
        by = carrier if is_carrier and not cash.by_slip else giver
        place = cash.shop if cash.to_county else self.house.centre_place
        expect = "" if cash.state == "declared" else "wrong_state"
        has_signed = cash.has_carrier_signed if by == carrier and not cash.by_slip else cash.giver is not None
        expect = expect or ("same_person" if has_signed and not cash.by_slip else "")
        leaves = cash.by_slip or (cash.giver is not None if by == carrier else cash.has_carrier_signed)
        drawer = self.drawers[place.till]
        is_shut = drawer.state in {"", "closed"} or self.is_left_over(drawer)
        expect = expect or ("cash_day_not_open" if is_shut else "") or self._not_held(place, cash.minor)
        effects: list[Effect] = [Move(cash.shop.transit, place.till, cash.minor)] if leaves and not expect else []
        photo = {"slip_photo": self.house.photo(by)} if cash.by_slip else {}
        about = {"remittance": cash.row, "by": by, **photo}
        if self.attempt(hand_over_cash, expect=expect, effects=effects, **about):
            cash.state = "in_transit" if leaves else "declared"
            if by == carrier and not cash.by_slip:
                cash.has_carrier_signed = True
            else:
                cash.giver = by

    def _not_held(self, place: Any, minor: int) -> str:
        return "till_too_small" if self.books.holds(place.till) < minor else ""

    def _arrived(self, cash: OnTheWay, into: str, counted: int, who_signed: Any) -> list[Effect]:
        """What was on its way is empty; what is missing is asked of who had it last, what is too much of nobody."""
        effects: list[Effect] = list(moved(into, cash.shop.transit, min(counted, cash.minor)))
        if counted < cash.minor:
            effects += moved(f"over_short:{who_signed.pk.hex}", cash.shop.transit, cash.minor - counted)
        return effects + moved(into, f"over_short:{cash.shop.station.code}", max(0, counted - cash.minor))

    def _has_arrived(self, cash: OnTheWay, counted: int, who_signed: Any) -> None:
        found = counted - cash.minor
        cash.state = "matched" if found == 0 else "short" if found < 0 else "over"
        if found:
            row = OverShort.objects.order_by("pk").last()
            holder = who_signed if found < 0 else None
            account = f"over_short:{holder.pk.hex if holder else cash.shop.station.code}"
            assert (row.amount_minor, row.holder) == (found, holder)
            self.differences.append(Difference(row, cash.shop, account, holder, found, self.then))

    def _lose(self, shop: Any, kind: str, minor: int, gone_from: str, *, expect: str = "", **more: Any) -> None:
        row = self.attempt(
            report_loss,
            expect=expect,
            effects=[] if expect else [Move(f"over_short:{shop.station.code}", gone_from, minor)],
            lack={"till": "till_too_small"},
            station=shop.station,
            kind=kind,
            amount=self.money(minor),
            text="gone",
            by=shop.partner,
            **more,
        )
        if row:
            self.losses.append(Loss(row, shop, minor, shop.partner))

"""What the words of a company mean for the accounts: done, not done, taken back, given back in part."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from core.database.db import present
from finance.models import Refund
from tests.finance.model import earnings
from tests.finance.model.books import Effect, Move, Post, Void, moved
from tests.finance.model.earnings import REVENUE, Earning, Lines, Step
from tests.finance.model.house import DAY, HELPER_BP, RULES, WHOLESALE_BP, Shop
from tests.finance.model.machine import MoneyMachine
from tests.finance.model.rows import UNDECIDED, Owed, Sale

#: What is given beside what was paid.
BESIDE = frozenset({"compensation", "variance"})


def is_to_order(owed: Owed) -> bool:
    """Whether a gateway is still to be told to send it back."""
    return owed.is_online and owed.state in {"granted", "failed"}


class Words(MoneyMachine):
    """Payments that were taken, and how they end."""

    def __init__(self, house: Any) -> None:
        super().__init__(house)
        self.sales: list[Sale] = []
        self.owed: list[Owed] = []
        #: Companies of which we know that they hold too little of ours.
        self.is_low: dict[str, bool] = {}
        self.items: dict[tuple[str, Any, str], int] = {}

    def _meaning(self, sale: Sale, word: str) -> tuple[list[Effect], Lines, Callable[[], None]]:
        if sale.state in UNDECIDED:
            return self._first_word(sale, word)
        if word == "amount":
            return [], [], lambda: self._note(sale, "amount", "unknown", 1_00)
        if word == "reversed" and sale.outcome == "succeeded" and self._can_be_reversed(sale):
            effects, lines = self._reversed(sale)
            return effects, lines, lambda: self._was_reversed(sale, outcome="reversed")
        return [], [], lambda: self._after_the_end(sale, word)

    def _can_be_reversed(self, sale: Sale) -> bool:
        """What was collected online may have been passed on already."""
        if sale.purpose == "online":
            here = sale.total - sale.back + sum(owed.minor for owed in self._not_sent_back(sale))
            return sale.state in {"succeeded", "partially_refunded"} and here <= self.books.can_use(sale.shop.funds)
        return sale.state not in {"refunded", "reversed"}

    def _not_sent_back(self, sale: Sale) -> list[Owed]:
        """What is owed back of an online payment and is with nobody who sends it."""
        return [owed for owed in self.owed if owed.sale is sale and is_to_order(owed)]

    def _after_the_end(self, sale: Sale, word: str) -> None:
        """The end stands; what says the opposite is laid before people, once."""
        is_news = word in {"succeeded", "failed", "reversed"} and word != sale.outcome
        if not is_news or (sale.outcome, word) == ("reversed", "succeeded"):
            return
        if (sale.outcome, word) == ("succeeded", "reversed"):
            sale.outcome = "reversed"
        if sale.state != {"failed": "failed", "reversed": "reversed"}.get(word):
            # What a gateway collects it owes us; a company is owed what it was paid for.
            whole = -sale.amount if sale.purpose == "online" else sale.amount
            self._note(sale, "status", word, whole if word == "succeeded" else -whole)

    def _first_word(self, sale: Sale, word: str) -> tuple[list[Effect], Lines, Callable[[], None]]:
        if word == "failed":
            return self._failed(sale), [], lambda: self._has_failed(sale, outcome="failed")
        if word in {"succeeded", "reversed"}:
            effects, lines = self._succeeded(sale)
            if word == "succeeded":
                return effects, lines, lambda: self._end(sale, "succeeded", "succeeded")
            more, more_lines = self._reversed(sale)
            return [*effects, *more], [*lines, *more_lines], lambda: self._was_reversed(sale, outcome="reversed")
        return [], [], lambda: self._in_doubt(sale, word)

    def _in_doubt(self, sale: Sale, word: str) -> None:
        """Pending said twice is said once; what was pending is not unsaid by a silence."""
        if word == "amount":
            self._note(sale, "amount", "unknown", 1_00)
        state = "pending" if word == "pending" else "unknown"
        from_states = {"held", "submitted"} | ({"unknown"} if state == "pending" else set())
        if sale.state in from_states and not (state == sale.wire == "pending"):
            sale.state, sale.submitted_at = state, sale.submitted_at or self.then
        sale.wire = "pending" if "pending" in {state, sale.wire} else "unknown"

    def _succeeded(self, sale: Sale) -> tuple[list[Effect], Lines]:
        """The hold moves on, and from clearing everybody gets theirs; online it lies at the station."""
        if sale.purpose == "online":
            return [Move(sale.clearing, sale.shop.funds, sale.total)], []
        owed_to = f"biller:{sale.party}" if sale.purpose == "bill" else f"operator:{sale.party}"
        wholesale = self._wholesale(sale) if sale.purpose == "recharge" else sale.amount
        sale.own_legs = [(sale.clearing, owed_to, wholesale)]
        earned: list[Earning] = []
        for service, base, margin, left in self._services(sale, sale.amount - wholesale):
            earning = self._earning(sale, service, base, margin, left)
            if earning:
                earned.append(earning)
            elif left:
                sale.own_legs.append((sale.clearing, REVENUE, left))
        sale.earnings = earned
        effects: list[Effect] = [Post(sale.name)]
        for source, other, minor in sale.legs:
            effects += moved(source, other, minor)
        return effects, [line for each in earned for line in each.lines()]

    def _services(self, sale: Sale, margin: int) -> list[tuple[str, int, int, int | None]]:
        """The sale itself and the villager's fee: service, base, margin, and what clearing has left for it."""
        if sale.purpose == "bill":
            own: list[tuple[str, int, int, int | None]] = [("bill_payment", sale.amount, 0, None)]
            return [*own, ("bill_payment.agent_fee", sale.fee, 0, sale.fee)] if sale.fee else own
        own = [("recharge", sale.amount, margin, margin)]
        return [*own, ("recharge.agent_fee", sale.fee, 0, sale.fee)] if sale.fee else own

    def _earning(self, sale: Sale, service: str, base: int, margin: int, left: int | None) -> Earning | None:
        found = earnings.rule_for(RULES, service, sale.party, base)
        if found is None:
            return None
        source = sale.clearing if left is not None else f"fee_receivable:{sale.party}"
        eligible_at = self.at
        if found.window_days:
            eligible_at = self.land.instant_of(self.today + (found.window_days + 1) * DAY, dt.time())
        helper_bp = HELPER_BP if sale.taken_by == sale.shop.helper else None
        earning = Earning(found, base, margin, source, sale.taken_at, eligible_at, helper_bp, str(sale.payment.pk))
        siblings = self._siblings(sale) if found.once_minutes else []
        earnings.accrue(earning, RULES, siblings, self.beneficiaries(sale.shop), left)
        return earning

    def beneficiaries(self, shop: Shop) -> dict[str, str]:
        """Where everybody earns who has a part in what a station sells."""
        return {
            "partner": self.house.commission(shop.partner),
            "helper": self.house.commission(shop.helper),
            "county": self.house.county_account,
            "platform": REVENUE,
        }

    def _siblings(self, sale: Sale) -> list[Earning]:
        """The first earnings of the other sales of this station and target that stand and count as one with it."""
        others = [
            other.earnings[0]
            for other in self.sales
            if other is not sale
            and (other.shop, other.target) == (sale.shop, sale.target)
            and other.state in {"succeeded", "partially_refunded", "reversal_asked"}
            and other.earnings
            and other.earnings[0].rule.once_minutes
        ]
        return earnings.counted_as_one(sale.taken_at, others, 30)

    def _end(self, sale: Sale, state: str, outcome: str) -> None:
        sale.state, sale.outcome, sale.wire = state, outcome, "settled"
        sale.finished_at = sale.finished_at or self.then

    def _failed(self, sale: Sale) -> list[Effect]:
        """The hold is free again; out of a float, the money is owed to the villager."""
        if sale.state not in UNDECIDED or sale.purpose == "online":
            return []
        owed = [Move(sale.shop.float, sale.shop.funds, sale.total)] if sale.funding == "float" else []
        return [Void(sale.name), *owed]

    def _has_failed(self, sale: Sale, *, outcome: str) -> None:
        self._end(sale, "failed", outcome)
        if sale.purpose == "online":
            self._bank_has_all(sale)
            return
        sale.back = sale.total
        self._owe(sale, sale.total, "failed_payment")

    def _reversed(self, sale: Sale) -> tuple[list[Effect], Lines]:
        """The company took it back: of a sale that was given back in part, the rest is given back."""
        if sale.purpose == "online":
            parts = [sale.total - sale.back, *(owed.minor for owed in self._not_sent_back(sale))]
            return [Move(sale.shop.funds, sale.clearing, minor) for minor in parts], []
        if sale.back:
            return self._step(sale, sale.total - sale.back)
        effects: list[Effect] = []
        lines: Lines = []
        for source, other, minor in sale.own_legs:
            effects += moved(other, source, minor)
        for earning in sale.earnings:
            more, more_lines = earnings.taken_back(earning, at=self.at)
            effects += more
            lines += more_lines
        effects.append(Move(sale.clearing, sale.shop.funds, sale.total))
        more, more_lines = self._anew_without(sale)
        return [*effects, *more], [*lines, *more_lines]

    def _anew_without(self, sale: Sale) -> tuple[list[Effect], Lines]:
        first = sale.earnings[0] if sale.earnings else None
        if first is None or not first.rule.once_minutes:
            return [], []
        return earnings.computed_anew(self._siblings(sale), RULES, at=self.at)

    def _was_reversed(self, sale: Sale, *, outcome: str) -> None:
        owed = sale.total - sale.back
        self._end(sale, "refunded" if sale.back else "reversed", outcome)
        if sale.purpose == "online":
            return
        sale.back = sale.total
        self._owe(sale, owed, "reversed")

    def _bank_has_all(self, sale: Sale) -> None:
        """What was still to be sent back is back; what had been sent was taken a second time, and people look at it."""
        if not sale.back:
            return
        for owed in [owed for owed in self.owed if owed.sale is sale and owed.is_online]:
            if is_to_order(owed):
                owed.state = "succeeded"
            elif owed.state == "succeeded":
                self._note_paid_twice(owed)
        rest = Refund.objects.get(payment=sale.payment, reason="reversed")
        assert rest.amount_minor == sale.total - sale.back
        self.owed.append(
            Owed(rest, sale.shop, rest.amount_minor, "reversed", state="succeeded", sale=sale, is_online=True)
        )
        sale.back = sale.total

    def _note_paid_twice(self, owed: Owed) -> None:
        self.items.setdefault(("duplicate", present(owed.sale).payment.pk, str(owed.refund.pk)), owed.minor)

    def _step(self, sale: Sale, amount: int) -> tuple[list[Effect], Lines]:
        """Everybody gives back their part, the villager is owed the amount."""
        step = Step(sale.back, sale.back + amount, sale.total)
        effects, lines = earnings.given_back(sale.legs, sale.earnings, step, at=self.at)
        effects.append(Move(sale.clearing, sale.shop.funds, amount))
        if step.after == step.base:
            more, more_lines = self._anew_without(sale)
            return [*effects, *more], [*lines, *more_lines]
        return effects, lines

    def _owe(self, sale: Sale, minor: int, reason: str, *, refund: Refund | None = None) -> None:
        found = refund or Refund.objects.filter(payment=sale.payment).order_by("pk").last()
        assert found.amount_minor == minor
        is_online = sale.purpose == "online" and reason not in BESIDE
        self.owed.append(Owed(found, sale.shop, minor, reason, sale=sale, is_online=is_online))

    def _note(self, sale: Sale, kind: str, theirs: str, minor: int) -> None:
        """A difference that people have to look at, worth what the company is owed; the same again adds nothing."""
        if sale.purpose == "recharge":
            minor = earnings.half_up(minor * self._wholesale(sale), sale.amount)
        self.items.setdefault((kind, sale.payment.pk, theirs), minor)

    def _wholesale(self, sale: Sale) -> int:
        return earnings.half_up(sale.amount * WHOLESALE_BP[sale.party], earnings.WHOLE)

"""Money that a gateway collects and pays back; and what companies that are paid beforehand still hold of ours."""

import datetime as dt
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from core.gateways.services import record_balance, record_result
from finance.payments.services import Charge, collect_online, retry_refund, submit_refund
from tests.finance.model.books import Hold, Move, Post, Void
from tests.finance.model.house import PREFUND_LEAST
from tests.finance.model.machine import ANY, SHOPS, chosen
from tests.finance.model.verbs.giving_back import GivingBack
from tests.finance.model.verbs.words import is_to_order

GATEWAY = "EPAY"


class Online(GivingBack):
    """The counter, and what is paid without it."""

    @rule(where=SHOPS, minor=st.sampled_from([12_34, 100_00, 250_00]))
    def collect_by_link(self, where: int, minor: int) -> None:
        shop = self.house.shops[where]
        sale = self._sale(shop, "online", GATEWAY, minor, 0, False, "")
        sale.funding, sale.state, sale.submitted_at = "online", "submitted", self.at
        charge = Charge("goods", "O-2", shop.station, self.money(minor), self.money(0))
        until = self.at + dt.timedelta(hours=2)
        sale.payment = self.attempt(collect_online, charge=charge, expires_at=until, by=shop.partner, key=uuid4().hex)
        self.sales.append(sale)

    @precondition(lambda self: any(sale.purpose == "online" for sale in self.sales))
    @rule(n=ANY, word=st.sampled_from(["succeeded", "succeeded", "failed", "reversed", "pending"]))
    def the_gateway_speaks(self, n: int, word: str) -> None:
        sale = chosen([sale for sale in self.sales if sale.purpose == "online"], n)
        event = "transaction.reversed" if word == "reversed" else ""
        said = self._by_gateway(sale.payment.pk, "collection", "succeeded" if event else word, sale.total)
        self._decide(sale, word, record_result, event_type=event, **said)

    @precondition(lambda self: any(is_to_order(owed) for owed in self.owed))
    @rule(n=ANY)
    def order_it_back(self, n: int) -> None:
        owed = chosen([owed for owed in self.owed if is_to_order(owed)], n)
        verb, by = (submit_refund, {}) if owed.state == "granted" else (retry_refund, {"by": self.house.officers[0]})
        hold = str(uuid4())
        effects = [Hold(owed.shop.funds, f"clearing:{GATEWAY}", owed.minor, hold)]
        done = self.attempt(verb, effects=effects, refund=owed.refund, **by)
        if done:
            owed.state, owed.hold, owed.refund = "pending", hold, done
            owed.orders.append(done.our_ref)

    @precondition(lambda self: any(owed.state == "pending" for owed in self.owed))
    @rule(n=ANY, word=st.sampled_from(["succeeded", "failed", "pending"]))
    def the_gateway_has_sent_it_back(self, n: int, word: str) -> None:
        owed = chosen([owed for owed in self.owed if owed.state == "pending"], n)
        effects = {"succeeded": [Post(owed.hold)], "failed": [Void(owed.hold)], "pending": []}[word]
        bank_has_all = owed.sale is not None and owed.sale.outcome == "reversed"
        if bank_has_all and word == "failed":
            effects = [*effects, Move(owed.shop.funds, f"clearing:{GATEWAY}", owed.minor)]
        said = self._by_gateway(owed.refund.our_ref, "refund", word, owed.minor)
        assert self.attempt(record_result, effects=effects, **said) in {"applied", "ignored"}
        owed.state = "succeeded" if bank_has_all and word == "failed" else word
        if bank_has_all and word == "succeeded":
            self._note_paid_twice(owed)

    @precondition(lambda self: any(owed.orders for owed in self.owed))
    @rule(n=ANY, m=st.integers(0, 2), word=st.sampled_from(["succeeded", "failed", "pending"]))
    def the_gateway_speaks_of_what_is_over(self, n: int, m: int, word: str) -> None:
        """Of an order that has ended, or was given up for a newer one: people look, and nothing moves."""
        owed = chosen([owed for owed in self.owed if owed.orders], n)
        order = chosen(owed.orders, m)
        if (order, owed.state) == (owed.orders[-1], "pending"):
            return
        answer = self.attempt(record_result, **self._by_gateway(order, "refund", word, owed.minor))
        assert answer not in {"malformed", "stray"}

    @rule(n=st.integers(0, 2), minor=st.sampled_from([0, PREFUND_LEAST - 1, PREFUND_LEAST, 10 * PREFUND_LEAST]))
    def a_company_says_what_it_holds(self, n: int, minor: int) -> None:
        provider = self.house.billers[n].provider
        self.attempt(record_balance, provider=provider, balance=self.money(minor))
        self.is_low[provider.code] = minor < PREFUND_LEAST

    def _by_gateway(self, our_ref: Any, kind: str, status: str, minor: int) -> dict[str, Any]:
        data = {
            "our_ref": str(our_ref),
            "kind": kind,
            "status": status,
            "provider_ref": "G-1",
            "amount": str(self.money(minor)),
            "currency": self.land.currency,
            "code": "expired" if status == "failed" else None,
        }
        return {"provider": self.house.gateway, "our_ref": str(our_ref), "data": data, "source": "callback"}

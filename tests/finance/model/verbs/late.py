"""Cash that a device had kept: into the drawer, or found again in what the count after it had found."""

import datetime as dt
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import rule

from finance.models import OverShort
from finance.payments.services import Charge, take_stored_payment
from tests.finance.model.books import Effect, Move, moved
from tests.finance.model.machine import SHOPS
from tests.finance.model.verbs.drawers import FOUND, UNCLAIMED, Count, Difference, Drawers

HOUR = dt.timedelta(hours=1)


class Late(Drawers):
    """The counter, its drawer, and devices without a network."""

    @rule(
        where=SHOPS,
        minor=st.sampled_from([3_00, 5_00, 40_00, 100_00]),
        hours=st.sampled_from([0, 1, 20, 24, 24, 200]),
    )
    def a_device_sends_what_it_kept(self, where: int, minor: int, hours: int) -> None:
        shop, made_at = self.house.shops[where], self.at - hours * HOUR
        count = self._count_after(shop, made_at)
        found_again, rest = self._found_again(count, minor)
        effects: list[Effect] = [
            Move(UNCLAIMED if over.state == "absorbed" else over.account, shop.funds, part)
            for over, part in found_again
        ]
        account = shop.till
        if count is not None:
            account = f"over_short:{count.holder.pk.hex if count.holder else shop.station.code}"
        effects += moved(account, shop.funds, rest)
        sale = self._sale(shop, "goods", "", minor, 0, False, "")
        sale.funding, sale.state, sale.finished_at = "till", "succeeded", self.at
        sale.payment = self.attempt(
            take_stored_payment,
            effects=effects,
            charge=Charge("goods", "O-3", shop.station, self.money(minor), self.money(0)),
            device=self.house.devices[where],
            made_at=made_at,
            by=sale.taken_by,
            key=uuid4().hex,
        )
        self.sales.append(sale)
        for over, part in found_again:
            over.minor -= part
            if over.minor == 0 and over.state != "absorbed":
                over.state, over.asked = "cleared", ("", None)
        if count is not None and rest:
            row = OverShort.objects.order_by("pk").last()
            assert (row.amount_minor, row.holder) == (-rest, count.holder)
            self.differences.append(Difference(row, shop, account, count.holder, -rest, self.then))

    def _count_after(self, shop: object, made_at: dt.datetime) -> Count | None:
        """The first count after this instant that became what the books say."""
        later = [count for count in self.counts if count.shop is shop and count.at > made_at]
        return min(later, key=lambda count: count.at, default=None)

    def _found_again(self, count: Count | None, minor: int) -> tuple[list[tuple[Difference, int]], int]:
        """What that very count had found too much and nobody has given away."""
        over = count.found if count else None
        if over is None or over.minor <= 0 or over.state not in {*FOUND, "absorbed"}:
            return [], minor
        part = min(minor, over.minor)
        return [(over, part)], minor - part

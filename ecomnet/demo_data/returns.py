"""Goods that residents of the story's station bring back: one return in each state, paid by link beforehand.

Who pays by link gets the money back through the gateway, so the drawer of the station keeps its own story.
"""

import datetime as dt
from uuid import NAMESPACE_URL, uuid5

from core.database.db import present
from core.gateways.models import Instruction
from core.jobs.models import Job
from ecomnet.demo_data.given_back import gateway_says, result_of
from ecomnet.demo_data.parcels import code_of
from ecomnet.demo_data.purchases import Counter
from ecomnet.demo_data.running_loans import photo_of
from ecomnet.demo_data.stations import STORY, Cast
from finance.models import Refund
from finance.payments.services import Tender, refund_payment, submit_refund
from logistics.parcels.models import Parcel
from logistics.parcels.services import report_exception
from orders.models import Fulfilment, Order, Return
from orders.purchases.services import hand_over_purchase, note_paid, offer_payment_link, pay_by_link
from orders.returns import services

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
#: Below the ceiling of the counter, and above it.
SMALL = (("POWDER-2", 2), ("RICE-5", 1))
LARGE = (("FILM-5", 2), ("POWDER-2", 5))


class Comeback:
    """The counter at which goods are brought back, and the county that decides about them."""

    def __init__(self, counter: Counter):
        self.counter, self.at = counter, counter.at
        self.partner, self.clerk = counter.partner, counter.clerk

    def requested(
        self, *basket: tuple[str, int], back: int, reason: str = "defect", resolution: str = "refund"
    ) -> Return:
        """Everything of an order that was paid so many days ago is to come back."""
        order = self._handed_over(self._paid(*basket, back=back * DAY), back=back * DAY).order
        items = [services.ReturnItem(line, line.quantity) for line in order.lines.all()]
        key = str(uuid5(NAMESPACE_URL, f"return {order.number}"))
        return services.request_return(
            order=order, items=items, reason=reason, resolution=resolution, by=self.partner, at=self.at, key=key
        )

    def approved(self, found: Return) -> Return:
        """The county lets it come back, unless the counter did."""
        if found.status == Return.Status.APPROVED:
            return found
        return services.approve_return(goods_return=found, by=self.clerk, at=self.at)

    def dropped(self, found: Return) -> Return:
        """It lies on the counter; what is owed at once is on its way to the account that paid."""
        photo = photo_of(self.partner, self.at) if found.needs_photo else None
        condition = "broken" if photo else "as_new"
        seen = [services.Seen(line.pk, condition, photo) for line in found.lines.all()]
        found = services.drop_return(goods_return=self.approved(found), seen=seen, by=self.partner, at=self.at)
        self._give_back(found)
        return found

    def sent(self, found: Return) -> Return:
        """On its way to the county centre."""
        return services.send_return(goods_return=self.dropped(found), by=self.partner, at=self.at)

    def received(self, found: Return) -> Return:
        """At the county centre."""
        return services.receive_return(goods_return=self.sent(found), by=self.clerk, at=self.at)

    def inspected(self, found: Return, *, is_accepted: bool = True) -> Return:
        """The county accepts all of it, or nothing."""
        found = self.received(found)
        said = [
            services.Inspected(line.pk, line.quantity if is_accepted else 0, line.condition)
            for line in found.lines.all()
        ]
        found = services.inspect_return(goods_return=found, inspected=said, by=self.clerk, at=self.at)
        self._give_back(found)
        return found

    def lost(self, found: Return) -> Return:
        """Nobody has it any more; the county has looked for it."""
        parcel = Parcel.objects.get(pk=present(self.sent(found).parcel))
        report_exception(
            parcel=parcel, exception=Parcel.Trouble.LOST, reason="车上和站里都找不到", by=self.clerk, at=self.at
        )
        found = services.note_parcel_lost(goods_return=found, at=self.at)
        self._give_back(found)
        return found

    def paid_by_hand(self, found: Return) -> Return:
        """Somebody has given the whole payment back before the goods were inspected: their money cannot move again."""
        [row] = found.order.payments.select_related("payment")
        payment, key = row.payment, f"by hand {found.number}"
        refund = refund_payment(
            payment=payment, amount=payment.total, reason=Refund.Reason.CANCELLED, at=self.at, key=key
        )
        self._submit(refund)
        return self.inspected(found)

    def replaced(self, found: Return) -> Return:
        """The same is sent again."""
        return services.replace_return(goods_return=self.inspected(found), by=self.clerk, at=self.at)

    def closed_with_goods(self, found: Return) -> Return:
        """The buyer has what was sent again."""
        again = Order.objects.get(replaces=self.replaced(found))
        part = self._handed_over(again, back=dt.timedelta(0))
        return services.settle_replacement(goods_return=found, at=present(part.delivered_at))

    def closed_with_money(self, found: Return) -> Return:
        """The buyer's bank has the money."""
        found = self.inspected(found)
        for row in found.refunds.select_related("refund__payment"):
            refund = row.refund
            gateway_says(present(refund.payment), result_of(refund.our_ref, "refund", refund.amount), at=self.at)
        return services.close_return(goods_return=found, at=self.at)

    def _paid(self, *basket: tuple[str, int], back: dt.timedelta) -> Order:
        """Somebody in the city has paid by the link, and that was the agreement."""
        at = self.at - back
        order = self.counter.begun(*basket, pay_method=Order.PayMethod.ONLINE, back=back)
        link = pay_by_link(link=offer_payment_link(order=order, by=self.partner, at=at), at=at)
        payment = present(link.payment)
        Job.objects.filter(dedupe_key=f"submit:{payment.pk}").delete()
        sent = {"state": Instruction.State.SENT, "sent_at": at, "attempts": 1}
        Instruction.objects.filter(pk=payment.pk).update(**sent)
        gateway_says(payment, result_of(payment.pk, "collection", payment.total), at=at)
        return note_paid(link=link, at=at).order

    def _handed_over(self, order: Order, *, back: dt.timedelta) -> Fulfilment:
        """The buyer has fetched it just now, or a minute after it came."""
        counter = self.counter
        part = counter.send(counter.pack(counter.pick(order, back=back), back=back), back=back)
        part = counter.receive(part, back=back)
        return hand_over_purchase(
            fulfilment=part,
            tender=Tender(),
            code=code_of(Parcel.objects.get(pk=present(part.parcel))),
            by=self.partner,
            at=max(self.at, self.at - back + 6 * MINUTE),
            key=str(uuid5(NAMESPACE_URL, f"hand over {order.number}")),
        )

    def _give_back(self, found: Return) -> None:
        """The gateway has been asked, as a worker would, which the sandbox has never heard of."""
        for row in found.refunds.select_related("refund").filter(refund__status=Refund.Status.GRANTED):
            self._submit(row.refund)

    def _submit(self, refund: Refund) -> None:
        refund = submit_refund(refund=refund, at=self.at)
        Job.objects.filter(dedupe_key__in=[f"submit:{refund.our_ref}", f"refund:{refund.pk}"]).delete()


def load_returns(cast: Cast, *, at: dt.datetime) -> None:
    """From those that were just asked for to those that have ended."""
    story = next(station for station in cast.stations if station.code == STORY)
    desk = Comeback(Counter(story, cast, at=at, first=101))
    desk.requested(*LARGE, back=2)
    desk.requested(*SMALL, back=2, reason="damaged_in_transit")
    rejected = desk.requested(*LARGE, back=4, reason="change_of_mind")
    services.reject_return(goods_return=rejected, reason="地膜已经拆开用了一半", by=desk.clerk, at=at)
    cancelled = desk.requested(("KETTLE-17", 1), back=3, reason="change_of_mind")
    services.cancel_return(goods_return=cancelled, by=desk.partner, at=at)
    desk.dropped(desk.requested(*SMALL, back=3))
    desk.sent(desk.requested(*SMALL, back=4, reason="wrong_item"))
    desk.received(desk.requested(*LARGE, back=4))
    desk.lost(desk.requested(("POWDER-2", 1), back=4))
    desk.inspected(desk.requested(*LARGE, back=5, reason="late"), is_accepted=False)
    desk.inspected(desk.requested(*SMALL, back=5, reason="wrong_item", resolution="replace"))
    desk.replaced(desk.requested(*SMALL, back=5, resolution="replace"))
    desk.paid_by_hand(desk.requested(("FILM-5", 4), back=5, reason="late"))
    desk.inspected(desk.requested(*LARGE, back=5, reason="damaged_in_transit"))
    unwanted = desk.inspected(desk.requested(("RICE-25", 2), back=6), is_accepted=False)
    services.send_back_return(goods_return=unwanted, by=desk.clerk, at=at)
    early = Comeback(Counter(story, cast, at=at - 16 * DAY, first=301))
    # Now, not yesterday: what it held matures with its end, and yesterday is settled already.
    services.expire_return(goods_return=early.requested(*SMALL, back=2), at=at)
    before = Comeback(Counter(story, cast, at=at - 10 * MINUTE, first=201))
    before.closed_with_goods(before.requested(*SMALL, back=6, resolution="replace"))
    desk.closed_with_money(desk.requested(("POWDER-2", 1), back=6, reason="change_of_mind"))

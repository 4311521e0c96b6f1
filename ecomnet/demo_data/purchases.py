"""Orders of residents at the story's station, one in each state before the cash is taken."""

import datetime as dt
import itertools
from uuid import NAMESPACE_URL, uuid5

from core.database.db import present
from core.gateways.client import Answer
from core.models import Notice
from core.notices.services import message_of
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.stations import STORY, Cast
from logistics.parcels.models import Parcel
from logistics.parcels.services import receive_at_station, refuse_parcel
from orders.catalog.models import Variant
from orders.models import CodPolicy, Fulfilment, Order, OrderConsent, ReturnPolicy, SupplierWebhook
from orders.purchases.services import (
    Item,
    cancel_fulfilment,
    cancel_purchase,
    confirm_fulfilment,
    dispatch_fulfilment,
    expire_purchase,
    give_back_fulfilment,
    give_consent,
    note_available,
    note_not_taken,
    offer_payment_link,
    pack_fulfilment,
    pick_fulfilment,
    receive_fulfilment,
    refuse_fulfilment,
    request_consent,
    sign_consent,
    start_purchase,
    waive_cod_points,
)
from orders.suppliers.services import begin_attempt, end_attempt, push_order
from stations.models import Person, Station

DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
CEILINGS = {
    "order_ceiling_minor": 3_000_00,
    "villager_ceiling_minor": 5_000_00,
    "walk_in_ceiling_minor": 200_00,
}
#: What is bought in turn: article, quantity.
BASKETS = (("RICE-5", 2), ("POWDER-2", 3), ("SEED-CAB", 10), ("BEANS", 1_500), ("KETTLE-17", 1))

#: What a supplier keeps: article, quantity.
FRIDGE, FREEZERS, PUMP = ("FRIDGE-180", 1), ("FREEZER-200", 2), ("PUMP-750", 1)


class Counter:
    """The counter of one station, and what is ordered there next."""

    def __init__(self, station: Station, cast: Cast, *, at: dt.datetime, first: int = 1):
        """`first` numbers the keys of its orders: another counter at the same station begins elsewhere."""
        self.station, self.at = station, at
        self.partner, self.clerk = cast.partners[station.pk], cast.clerks[station.county_id]
        self.manager = cast.managers[station.county_id]
        people = Person.objects.living().filter(home_station=station).exclude(phone="").order_by("-pk")
        self.buyers = itertools.cycle(list(people[:40]))
        self.baskets = itertools.cycle(BASKETS)
        self.numbers = itertools.count(first)

    def begun(
        self,
        *basket: tuple[str, int],
        pay_method: str = "cash_on_delivery",
        walk_in: str = "",
        back: dt.timedelta,
    ) -> Order:
        """An order of these articles, or of the next basket, that was begun so long ago."""
        wanted = dict(basket or [next(self.baskets)])
        variants = Variant.objects.select_related("product__category").filter(sku__in=wanted).order_by("sku")
        return start_purchase(
            station=self.station,
            items=[Item(variant, wanted[variant.sku]) for variant in variants],
            pay_method=pay_method,
            villager=None if walk_in else next(self.buyers),
            walk_in_name=walk_in,
            by=self.partner,
            at=self.at - back,
            key=str(uuid5(NAMESPACE_URL, f"{self.station.code} {next(self.numbers)}")),
        )

    def asked(self, *, kind: str = "sms_code", back: dt.timedelta, **values: str) -> Order:
        """One whose buyer was asked."""
        order = self.begun(back=back, **values)
        return request_consent(order=order, kind=kind, by=self.partner, at=self.at - back)

    def placed(self, *, back: dt.timedelta, **values: str) -> Order:
        """One whose buyer has agreed, by the code that the phone received."""
        return self.agree(self.asked(back=back, **values), back=back)

    def agree(self, order: Order, *, back: dt.timedelta) -> Order:
        """The buyer reads the code out."""
        return give_consent(order=order, code=_code_of(order), by=self.partner, at=self.at - back + MINUTE)

    def supplied(self, *basket: tuple[str, int], back: dt.timedelta) -> Fulfilment:
        """One whose supplier keeps the goods, and is asked for them."""
        order = self.begun(*basket, back=back)
        order = request_consent(order=order, kind="sms_code", by=self.partner, at=self.at - back)
        return self.agree(order, back=back).fulfilments.get()

    def picked(self, *, back: dt.timedelta, **values: str) -> Fulfilment:
        """One whose goods are taken from the shelf."""
        return self.pick(self.placed(back=back, **values), back=back)

    def packed(self, *, back: dt.timedelta, **values: str) -> Fulfilment:
        """One that lies in a parcel."""
        return self.pack(self.picked(back=back, **values), back=back)

    def sent(self, *, back: dt.timedelta, **values: str) -> Fulfilment:
        """One that is on its way."""
        return self.send(self.packed(back=back, **values), back=back)

    def here(self, *, back: dt.timedelta, **values: str) -> Fulfilment:
        """One that waits to be collected."""
        return self.receive(self.sent(back=back, **values), back=back)

    def pick(self, order: Order, *, back: dt.timedelta) -> Fulfilment:
        """Take the goods of an order that is placed from the shelf."""
        part = order.fulfilments.get()
        return pick_fulfilment(fulfilment=part, by=self.clerk, at=self.at - back + 2 * MINUTE)

    def pack(self, part: Fulfilment, *, back: dt.timedelta) -> Fulfilment:
        """Put them into a parcel."""
        return pack_fulfilment(fulfilment=part, weight_g=5_200, by=self.clerk, at=self.at - back + 3 * MINUTE)

    def send(self, part: Fulfilment, *, back: dt.timedelta) -> Fulfilment:
        """Let it leave the warehouse."""
        return dispatch_fulfilment(fulfilment=part, by=self.clerk, at=self.at - back + 4 * MINUTE)

    def receive(self, part: Fulfilment, *, back: dt.timedelta) -> Fulfilment:
        """Take it in at the station."""
        moment = self.at - back + 5 * MINUTE
        receive_at_station(parcel=Parcel.objects.get(pk=present(part.parcel)), by=self.partner, at=moment)
        return note_available(fulfilment=part, at=moment)


def load_purchases(cast: Cast, *, at: dt.datetime) -> None:
    """The rules for cash on delivery and returns, and orders of each state."""
    since = day_of(at - 400 * DAY)
    CodPolicy.objects.get_or_create(currency="CNY", division=None, defaults={"from_date": since, **CEILINGS})
    rules = {"instant_ceiling_minor": 200_00, "leg_minor": 5_00, "carrier": "county-van", "from_date": since}
    ReturnPolicy.objects.get_or_create(currency="CNY", division=None, defaults=rules)
    story = next(station for station in cast.stations if station.code == STORY)
    _load_states(Counter(story, cast, at=at))


def _load_states(counter: Counter) -> None:
    counter.begun(back=10 * MINUTE)
    counter.asked(back=5 * MINUTE)
    counter.asked(back=6 * MINUTE, kind="printed_slip", walk_in="赵六")
    counter.placed(back=2 * 60 * MINUTE)
    counter.placed(back=60 * MINUTE, pay_method="station_cash")
    for_relative = counter.begun(back=40 * MINUTE, pay_method="online")
    offer_payment_link(order=for_relative, by=counter.partner, at=counter.at - 40 * MINUTE)
    counter.picked(back=3 * 60 * MINUTE)
    counter.packed(back=4 * 60 * MINUTE)
    counter.sent(back=DAY)
    counter.here(back=2 * DAY)
    _signed(counter)
    cancelled = counter.placed(back=3 * DAY)
    cancelled_at = counter.at - 3 * DAY + 9 * MINUTE
    cancel_purchase(order=cancelled, reason="买重了", by=counter.partner, at=cancelled_at)
    _refused_by_supplier(cancelled, at=cancelled_at)
    expired = counter.asked(back=5 * DAY)
    expire_purchase(order=expired, at=counter.at - 4 * DAY)
    _on_demand(counter)
    _by_phone(counter)
    _waived(counter)


def _on_demand(counter: Counter) -> None:
    """A supplier is to confirm two orders, brings what it has confirmed of a third, and does not deliver a fourth.

    What it has brought of another is on its way; of one that its buyer has cancelled it is to be told. Of two that the
    county has ended after they had left, one lies here for it, and one was sent back. Another supplier has a system of
    its own, which is asked as soon as jobs are run.
    """
    clerk, at = counter.clerk, counter.at
    counter.supplied(PUMP, back=2 * MINUTE)
    for back in (26 * HOUR, 3 * HOUR):
        counter.supplied(FRIDGE, back=back)
    fewer = counter.supplied(FREEZERS, back=28 * HOUR)
    one_of_two = {fewer.lines.get().order_line_id: 1}
    confirm_fulfilment(fulfilment=fewer, quantities=one_of_two, by=clerk, at=at - 20 * HOUR)
    here = confirm_fulfilment(fulfilment=counter.supplied(FRIDGE, back=50 * HOUR), by=clerk, at=at - 40 * HOUR)
    receive_fulfilment(fulfilment=here, by=clerk, at=at - 20 * HOUR)
    brought = confirm_fulfilment(fulfilment=counter.supplied(FRIDGE, back=74 * HOUR), by=clerk, at=at - 70 * HOUR)
    brought = receive_fulfilment(fulfilment=brought, by=clerk, at=at - 26 * HOUR)
    counter.send(counter.pack(brought, back=DAY), back=DAY)
    unwanted = counter.supplied(FRIDGE, back=7 * HOUR)
    cancel_purchase(order=unwanted.order, reason="在县城买到了", by=counter.partner, at=at - 6 * HOUR)
    _ended_after_it_came(counter, back=96 * HOUR)
    sent_back = _ended_after_it_came(counter, back=120 * HOUR)
    how, words = Fulfilment.GivenBack.SENT, "随县城货车退回，单号 0417"
    give_back_fulfilment(fulfilment=sent_back, how=how, words=words, by=clerk, at=at - 80 * HOUR)
    not_delivered = counter.supplied(FRIDGE, back=30 * HOUR)
    refuse_fulfilment(fulfilment=not_delivered, reason="厂家缺货", by=clerk, at=at - 20 * HOUR)


def _by_phone(counter: Counter) -> None:
    """Somebody who is known by a phone that was confirmed long ago has called, and is to read the code back."""
    order = counter.begun(back=4 * MINUTE)
    known = Person.objects.filter(pk=present(order.villager).pk)
    known.update(phone_verified_at=counter.at - 30 * DAY)
    kind = OrderConsent.Kind.VOICE_READ_BACK
    request_consent(order=order, kind=kind, by=counter.partner, at=counter.at - 4 * MINUTE)


def _waived(counter: Counter) -> None:
    """Two did not take their parcels; of one the county knows why, and lets the point count no more."""
    refused_at = counter.at - 3 * DAY
    for reason in (Parcel.RefusalReason.CHANGE_OF_MIND, Parcel.RefusalReason.NOT_ORDERED):
        part = counter.here(back=4 * DAY)
        refuse_parcel(
            parcel=Parcel.objects.get(pk=present(part.parcel)), reason=reason, by=counter.partner, at=refused_at
        )
        part = note_not_taken(fulfilment=part, reason=reason, at=refused_at)
    waived_at = counter.at - 2 * DAY
    waive_cod_points(order=part.order, reason="是邻居冒名下的单，已核实", by=counter.manager, at=waived_at)


def _ended_after_it_came(counter: Counter, *, back: dt.timedelta) -> Fulfilment:
    """A supplier has brought what its buyer does not want any more."""
    clerk, came_at = counter.clerk, counter.at - back + 12 * HOUR
    part = confirm_fulfilment(fulfilment=counter.supplied(FRIDGE, back=back), by=clerk, at=came_at - 6 * HOUR)
    part = receive_fulfilment(fulfilment=part, by=clerk, at=came_at)
    return cancel_fulfilment(fulfilment=part, reason="买家来电不要了", by=clerk, at=came_at + HOUR)


def _signed(counter: Counter) -> None:
    """Somebody without a phone signs before a neighbour."""
    order = counter.asked(back=6 * 60 * MINUTE, kind=OrderConsent.Kind.PRINTED_SLIP)
    sign_consent(order=order, witness=next(counter.buyers), by=counter.partner, at=counter.at - 6 * 60 * MINUTE)


def _refused_by_supplier(order: Order, *, at: dt.datetime) -> None:
    """The supplier's system does not take the cancellation: its van has left. The administrator has to look."""
    for webhook in push_order(order=order, kind=SupplierWebhook.Kind.CANCELLED, at=at):
        attempt = begin_attempt(webhook=webhook.pk, round=webhook.round, at=at)
        refusal = Answer(422, b'{"code":"sent_already"}', nonce=webhook.pk.hex)
        end_attempt(attempt=present(attempt), outcome=refusal, at=at)


def _code_of(order: Order) -> str:
    """The six digits of the message, as the phone shows them."""
    sent = Notice.objects.get(dedupe_key=f"purchase_code:{order.consents.get(is_live=True).pk}")
    words = message_of(present(sent.our_ref))["text"]
    digits = "".join(letter if letter.isdigit() and letter.isascii() else " " for letter in words).split()
    return next(word for word in digits if len(word) == 6)

"""Presales of the apples of the story's county in each state; residents of another of its villages have ordered."""

import datetime as dt

from core.database.db import present
from core.days import day_in
from core.money import Money
from ecomnet.demo_data.drawers import pieces_of
from ecomnet.demo_data.pictures import box_of_fruit
from ecomnet.demo_data.produce import Scale
from ecomnet.demo_data.stations import Cast, quiet_counter
from finance.payments.services import Tender
from finance.tills.queries import till_balance
from finance.tills.services import open_cash_day
from orders.models import IntakeGrade, Lot, PresaleClaim, PresaleCycle, PresaleOrder
from orders.presales import services
from orders.produce import services as produce
from stations.models import Person

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
BOX_G = 5_000


class Fair:
    """The county that sells boxes, and the counter at which residents order them."""

    def __init__(self, cast: Cast, *, at: dt.datetime):
        self.at, self.station = at, quiet_counter(cast)
        self.partner, self.clerk = cast.partners[self.station.pk], cast.clerks[self.station.county_id]
        self.manager = cast.managers[self.station.county_id]
        pieces = pieces_of(till_balance(self.station).minor)
        open_cash_day(station=self.station, lines=pieces, by=self.partner, at=at)
        self.scale = Scale(self.station, cast, at=at)
        people = Person.objects.living().filter(home_station=self.station).exclude(phone="")
        self.people = list(people.order_by("-pk")[:4])

    def opened(self, name: str, *, back: dt.timedelta, closes: dt.timedelta, boxes: int = 100) -> PresaleCycle:
        """A presale of one confirmed harvest that was opened so long ago."""
        notice = self.scale.announced(days=6, kilograms=boxes * BOX_G // 1000)
        notice = produce.confirm_harvest(notice=notice, confirmed_g=notice.expected_g, by=self.clerk, at=self.at - back)
        centre = self.scale.warehouse.station
        return services.open_presale(
            station=centre,
            grade=self.scale.first,
            notices=[notice],
            box_g=BOX_G,
            price=Money(39_00, centre.currency),
            closes_at=self.at - back + closes,
            delivery_date=day_in(centre.zone, self.at - back + closes) + 3 * DAY,
            by=self.clerk,
            at=self.at - back,
            key=f"demo-presale-{name}",
        )

    def ordered(self, presale: PresaleCycle, *boxes: int) -> list[PresaleOrder]:
        """So many boxes for one resident after the other."""
        return [
            services.place_presale_order(
                presale=presale,
                station=self.station,
                villager=villager,
                boxes=count,
                tender=Tender(payer=villager),
                by=self.partner,
                at=presale.opens_at + HOUR,
                key=f"demo-{presale.pk}-{villager.pk}",
            )
            for villager, count in zip(self.people, boxes, strict=False)
        ]

    def allotted(self, presale: PresaleCycle, boxes: int) -> PresaleCycle:
        """Its time has come, and the harvest gave so many boxes."""
        at = presale.closes_at + HOUR
        services.close_presale(presale=presale, at=at)
        services.allot_presale(presale=presale, lot=self.lot(boxes), boxes=boxes, by=self.clerk, at=at)
        self.settle(presale, at=at)
        return presale

    def settle(self, presale: PresaleCycle, *, at: dt.datetime) -> None:
        """What the jobs do."""
        while services.settle_presale(presale=presale, at=at):
            pass
        services.tell_of_state(presale=presale, at=at)

    def delivered(self, name: str, *boxes: int) -> PresaleCycle:
        """A presale whose boxes are all there, at the stations."""
        presale = self.opened(name, back=4 * HOUR, closes=2 * HOUR)
        self.ordered(presale, *boxes)
        self.allotted(presale, sum(boxes))
        presale = services.deliver_presale(presale=presale, by=self.clerk, at=self.at)
        services.tell_of_state(presale=presale, at=self.at)
        return presale

    def collected(self, presale: PresaleCycle, count: int) -> list[PresaleOrder]:
        """The first so many buyers have their boxes."""
        orders = PresaleOrder.objects.filter(presale=presale).order_by("pk")[:count]
        return [services.hand_over_presale_order(order=each, by=self.partner, at=self.at) for each in orders]

    def claimed(self, order: PresaleOrder, reason: str, words: str, boxes: int) -> PresaleClaim:
        """So many of these boxes are bad."""
        return services.raise_presale_claim(
            order=order,
            boxes=boxes,
            reason=reason,
            words=words,
            photo=box_of_fruit("#8a5a2b", by=self.partner.pk, at=self.at),
            by=self.partner,
            at=self.at,
            key=f"demo-claim-{order.pk}",
        )

    def lot(self, boxes: int) -> Lot:
        """A lot that is for sale with as much of grade 1 as fills the boxes."""
        intake = self.scale.accepted(boxes * BOX_G, 0, back=2 * DAY)
        grades = IntakeGrade.objects.filter(intake=intake)
        lot = produce.open_lot(
            station=self.scale.warehouse.station,
            crop=self.scale.crop,
            by=self.clerk,
            at=self.at - 2 * DAY,
            key=self.scale.key(),
        )
        produce.fill_lot(lot=lot, intake_grades=list(grades), by=self.clerk, at=self.at - 2 * DAY)
        return produce.close_lot(lot=lot, by=self.clerk, at=self.at - 2 * DAY)


def load_presales(cast: Cast, *, at: dt.datetime) -> None:
    """One in each state: open, to be allotted, cut, at the station, called back, called off."""
    fair = Fair(cast, at=at)
    fair.ordered(fair.opened("open", back=2 * HOUR, closes=3 * DAY), 12, 6, 4)
    closed = fair.opened("closed", back=3 * HOUR, closes=HOUR + HOUR / 2)
    fair.ordered(closed, 10, 5)
    services.close_presale(presale=closed, at=at)
    cut = fair.opened("cut", back=4 * HOUR, closes=2 * HOUR)
    fair.ordered(cut, 10, 6, 4)
    fair.allotted(cut, 15)
    _load_claims(fair)
    _load_recall(fair)
    fair.scale.sold(fair.lot(10), fair.scale.first, 10 * BOX_G, 6_50)
    intake = fair.scale.accepted(60_000, 0, back=HOUR)
    produce.pay_advance(
        intake=intake, amount=Money(100_00, intake.currency), witness=intake.witness, by=fair.partner, at=at
    )
    stopped = fair.opened("stopped", back=3 * HOUR, closes=2 * DAY)
    fair.ordered(stopped, 3)
    services.cancel_presale(presale=stopped, reason="下冰雹了", by=fair.clerk, at=at)
    fair.settle(stopped, at=at)


def _load_claims(fair: Fair) -> None:
    """Boxes that were bad: one buyer waits for the county, one has the money back, one was refused; one collects."""
    here = fair.delivered("here", 6, 4, 3, 2)
    said = (
        (PresaleClaim.Reason.SPOILED, "底下一层都烂了", 2),
        (PresaleClaim.Reason.DAMAGED, "箱子压扁了，苹果碰伤", 1),
        (PresaleClaim.Reason.POOR, "个头比上次小", 1),
    )
    for order, (reason, words, boxes) in zip(fair.collected(here, 3), said, strict=True):
        fair.claimed(order, reason, words, boxes)
        if reason == PresaleClaim.Reason.DAMAGED:
            bearer = PresaleClaim.Bearer.CARRIER
            services.accept_presale_claim(order=order, bearer=bearer, by=fair.clerk, at=fair.at)
        elif reason == PresaleClaim.Reason.POOR:
            note = "果径都在 80 毫米以上，符合一级"
            services.refuse_presale_claim(order=order, reason=note, by=fair.clerk, at=fair.at)


def _load_recall(fair: Fair) -> None:
    """Boxes that were called back after their delivery: one buyer had collected and complained, one had not."""
    back = fair.delivered("recalled", 2, 1)
    [order] = fair.collected(back, 1)
    fair.claimed(order, PresaleClaim.Reason.SPOILED, "有怪味", 1)
    produce.recall_lot(lot=present(back.lot), reason="农残超标", by=fair.manager, at=fair.at)
    services.tell_of_recall(presale=back, at=fair.at)
    while services.refund_recalled(presale=back, at=fair.at):
        pass

"""Tills, differences, remittances, losses, and float."""

from functools import cached_property

from django.utils.timezone import now

from finance.models import CashDay, CashReport, FloatTopUp, FloatTransfer, LossCase, OverShort, Remittance
from finance.tills.queries import till_balance
from finance.tills.services import count_cash, open_cash_day
from stations.models import Station, User
from tests.browser.every_page.page import OPEN_STATION, STORY, Pages, Story, one, plain


class Cash(Story):
    """An open day, and float, differences and remittances of each state."""

    @cached_property
    def open_day(self) -> CashDay:
        """A day that another station has opened and counted wrong."""
        station = Station.objects.get(code=OPEN_STATION)
        partner = User.objects.get(username="partner3213240004")
        found = CashDay.objects.filter(station=station).exclude(status="closed").first()
        if found is None:
            held = till_balance(station).minor // 10  # so many coins of ten fen
            found = open_cash_day(station=station, lines={10: held} if held else {}, by=partner, at=now())
            count_cash(cash_day=found, lines={100: 7}, by=partner, at=now())
        return found

    def float_transfers(self) -> list[FloatTransfer]:
        """One of each state that this station sent."""
        sent = FloatTransfer.objects.filter(from_station=self.station)
        return list(sent.order_by("status", "-pk").distinct("status"))

    def cash_topups(self) -> list[FloatTopUp]:
        """To be counted, counted, and taken."""
        cash = FloatTopUp.objects.filter(station=self.station, via="cash")
        return [
            cash.get(status="requested", cash=None),
            cash.exclude(cash=None).get(status="requested"),
            cash.get(status="credited"),
        ]

    def topup(self, status: str) -> FloatTopUp:
        return FloatTopUp.objects.filter(station=self.station, status=status, via="bank").latest("pk")

    def differences(self) -> list[OverShort]:
        """One difference of each state, in the village with the change fund."""
        village = OverShort.objects.filter(station__code="321324-0005")
        return list(village.order_by("status", "-pk").distinct("status"))

    def remittances(self) -> list[Remittance]:
        """One remittance of each state and way, of the postpaid station."""
        postpaid = Remittance.objects.filter(station__code=OPEN_STATION)
        return list(postpaid.order_by("status", "via", "-pk").distinct("status", "via"))


PAGES: Pages = {
    "tills:till": lambda house: [one("partner", "tills:till"), one("partner3213240004", "tills:till")],
    "tills:open": plain("partner", "tills:open"),
    "tills:day": lambda house: [one("partner3213240004", "tills:day", house.open_day.pk)],
    "tills:count": lambda house: [one("partner3213240004", "tills:count", house.open_day.pk)],
    "tills:differences": lambda house: [one("partner", "tills:differences"), one("manager", "tills:differences")],
    "tills:difference": lambda house: [
        *(one("partner3213240005", "tills:difference", each.pk) for each in house.differences()),
        *(one("manager", "tills:difference", each.pk) for each in house.differences()),
        *(one("finance2", "tills:difference", each.pk) for each in house.differences()),
    ],
    "tills:remittances": lambda house: [
        one("partner3213240004", "tills:remittances"),
        one("clerk", "tills:remittances"),
    ],
    "tills:declare": lambda house: [
        one("partner", "tills:declare"),
        one("clerk", "tills:declare", query=f"?station={OPEN_STATION}"),
    ],
    "tills:remittance": lambda house: [
        *(one("partner3213240004", "tills:remittance", each.pk) for each in house.remittances()),
        *(one("clerk", "tills:remittance", each.pk) for each in house.remittances()),
    ],
    "tills:losses": lambda house: [one("partner", "tills:losses"), one("finance", "tills:losses")],
    "tills:report-loss": plain("partner3213240004", "tills:report-loss"),
    "tills:loss": lambda house: [
        one("finance", "tills:loss", each.pk) for each in LossCase.objects.order_by("status").distinct("status")
    ],
    "tills:reports": lambda house: [one("finance", "tills:reports"), one("auditor", "tills:reports")],
    "tills:report": lambda house: [
        one("finance", "tills:report", each.pk) for each in CashReport.objects.order_by("pk")
    ],
    "cash:county": lambda house: [one("clerk", "cash:county"), one("finance", "cash:county")],
    "cash:known-errors": plain("", "cash:known-errors"),
    "floats:float": lambda house: [one("partner", "floats:float"), one("partner3213240005", "floats:float")],
    "floats:send": plain("partner", "floats:send"),
    "floats:withdraw": plain("partner", "floats:withdraw"),
    "floats:transfer": lambda house: [
        *(one("partner", "floats:transfer", each.pk) for each in house.float_transfers()),
        one("partner3213240005", "floats:transfer", house.float_transfers()[-1].pk),
    ],
    "floats:stations": lambda house: [
        one("manager", "floats:stations"),
        one("finance", "floats:stations", query="?level=low"),
    ],
    "floats:station": lambda house: [
        one("manager", "floats:station", "321324-0005"),
        one("finance", "floats:station", STORY),
    ],
    "floats:rules": plain("finance", "floats:rules", STORY),
    "floats:count_cash": lambda house: [one("clerk", "floats:count_cash", house.cash_topups()[0].pk)],
    "floats:topups": lambda house: [one("clerk", "floats:topups"), one("finance", "floats:topups")],
    "floats:topup": lambda house: [
        one("partner", "floats:topup", house.topup("requested").pk),
        one("clerk", "floats:topup", house.topup("requested").pk),
        one("finance", "floats:topup", house.topup("funds_seen").pk),
        one("partner", "floats:topup", house.topup("rejected").pk),
        *(one("clerk", "floats:topup", each.pk) for each in house.cash_topups()),
    ],
}

#: Addresses that answer, but not with a page of the console.
NOT_PAGES = {
    "tills:open-as-left",
    "floats:clear",
}

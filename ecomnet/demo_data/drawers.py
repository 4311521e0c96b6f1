"""A month of drawers: differences in every state, cash on its way, a loss, old cash, and what is known to be broken."""

import datetime as dt
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image

from core.countries import country_of
from core.days import day_in, instant_of
from core.files.services import store_photo
from core.models import Provider, StoredFile
from core.money import Money
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.stations import Cast
from finance.models import CashDay, CashReport, KnownError, OverShort, Payment, Remittance
from finance.recon.services import BANK_COLUMNS, import_bank_statement
from finance.tills.queries import till_balance
from finance.tills.services import (
    absorb_variance,
    age_cash,
    cancel_remittance,
    charge_variance,
    close_cash_day,
    close_loss,
    count_cash,
    declare_remittance,
    dispute_variance,
    enter_cash_report,
    explain_variance,
    file_cash_report,
    hand_over_cash,
    hand_over_till,
    match_slip_by_reference,
    note_cash,
    open_cash_day,
    propose_charge,
    receive_remittance,
    report_loss,
    return_variance,
)
from stations.models import Person, Station

CURRENCY = "CNY"
MORNING, NOON, EVENING = dt.time(8, 5), dt.time(12, 10), dt.time(18, 20)
ENOUGH = 600_00
TO_COUNTY, TO_STATION = Remittance.Direction.TO_COUNTY, Remittance.Direction.TO_STATION


@dataclass(frozen=True, slots=True)
class Crew:
    """Those who keep the drawers of the first county, and the day from which the story counts back."""

    story: Station
    postpaid: Station
    village: Station
    centre: Station
    cast: Cast
    at: dt.datetime
    #: What is brought is ten times as much where the postpaid station has sold enough.
    times: int

    def partner(self, station: Station) -> Any:
        """Who runs a station."""
        return self.cast.partners[station.pk]

    @property
    def clerk(self) -> Any:
        """The county's clerk."""
        return self.cast.clerks[self.story.county_id]

    @property
    def manager(self) -> Any:
        """The county's manager."""
        return self.cast.managers[self.story.county_id]

    @property
    def today(self) -> dt.date:
        """The date on the wall of the first county."""
        return day_in(self.story.zone, self.at)

    def day(self, days_ago: int, clock: dt.time = NOON) -> dt.datetime:
        """A time of a day before today."""
        return instant_of(self.story.zone, self.today - dt.timedelta(days=days_ago), clock)


def load_drawers(cast: Cast, *, at: dt.datetime) -> None:
    """In the first county: the story's station, a postpaid one, one with a change fund, and the centre."""
    by_code = {station.code: station for station in cast.stations}
    story, postpaid, village, centre = (by_code[f"321324-000{number}"] for number in (3, 4, 5, 1))
    times = 10 if till_balance(postpaid).minor >= ENOUGH else 1
    crew = Crew(story, postpaid, village, centre, cast, at, times)
    _known_errors(at)
    _remit(crew)
    _differences(crew)
    _at_the_story(crew)
    _losses(crew)
    _under_way(crew)
    for days_ago in (8, 7, 5, 1, 0):
        date = crew.today - dt.timedelta(days=days_ago)
        age_cash(county=story.county.code, date=date, at=at)
    _large_cash(crew)


def _known_errors(at: dt.datetime) -> None:
    KnownError.objects.create(
        title="Slips of gas bills were printed twice",
        title_zh="燃气缴费小票打印了两次",
        text="The payment was made once. If you gave change twice, say so in the explanation of your till.",
        text_zh="钱只收了一次。如果因此多找了零钱，请在钱箱差额说明里写明。",
        from_at=at - dt.timedelta(days=27),
        to_at=at - dt.timedelta(days=24),
    )
    KnownError.objects.create(
        title="Water bills are answered late in the evening",
        title_zh="晚上水费缴费结果来得慢",
        text="A payment may stay in progress until the next morning. Keep the slip; do not take the money again.",
        text_zh="缴费可能到第二天早上才有结果。请保留小票，不要重复收钱。",
        provider=Provider.objects.get(code="JS-WATER"),
        from_at=at - dt.timedelta(days=2),
    )


def _remit(crew: Crew) -> None:
    """Thirty days ago: the county fetches cash of the postpaid station and leaves change in the village."""
    start = crew.day(32, MORNING)
    _open(crew.postpaid, crew.partner(crew.postpaid), start)
    _open(crew.centre, crew.clerk, start)
    _open(crew.village, crew.partner(crew.village), start)
    called_off = _declare(crew, crew.postpaid, 1_00, at=crew.day(32))
    cancel_remittance(remittance=called_off, by=crew.partner(crew.postpaid), at=crew.day(32))
    for brought, differs in ((25_00, 0), (4_00, -10), (2_00, 10)):
        remittance = _hand_over(crew, crew.postpaid, brought, at=crew.day(32))
        lines = pieces_of(remittance.amount_minor + differs)
        receive_remittance(remittance=remittance, lines=lines, by=crew.clerk, at=crew.day(32, EVENING))
    change = declare_remittance(
        station=crew.village,
        direction=TO_STATION,
        via="carrier",
        amount=Money(20_00 * crew.times, CURRENCY),
        carrier=crew.partner(crew.village),
        by=crew.clerk,
        at=crew.day(32),
    )
    for signer in (crew.clerk, crew.partner(crew.village)):
        change = hand_over_cash(remittance=change, by=signer, at=crew.day(32))
    receive_remittance(
        remittance=change, lines=pieces_of(change.amount_minor), by=crew.partner(crew.village), at=crew.day(32, EVENING)
    )
    _bank_slip(crew)
    for station in (crew.postpaid, crew.centre, crew.village):
        _close(station, by=_holder_of_till(crew, station), at=crew.day(32, EVENING))


def _bank_slip(crew: Crew) -> None:
    slip = _pay_in(crew, 1_50, at=crew.day(32))
    row = f"{day_of(crew.day(31))},DEMO-SLIP,in,{slip.amount},CNY,现金存款,0004,{slip.reference}"
    [line] = import_bank_statement(
        bank_account="main",
        content="\n".join([",".join(BANK_COLUMNS), row]).encode(),
        control_total=slip.amount,
        country="CN",
        by=crew.cast.officers[0],
        at=crew.day(31),
    )
    match_slip_by_reference(bank_line=line, at=crew.day(31))


def _differences(crew: Crew) -> None:
    """In the village with the change fund: a short day for each state that a shortage can be in."""
    partner, helper = crew.partner(crew.village), crew.cast.helpers[crew.village.pk]
    officer = crew.cast.officers[0]
    _handed_over(crew, helper)
    charged = _short_day(crew, 29, 2_00)
    explain_variance(over_short=charged, text="找零时可能多给了两元", by=partner, at=crew.day(28))
    propose_charge(over_short=charged, text="无单据，无已知故障", by=crew.manager, at=crew.day(28))
    charge_variance(over_short=charged, by=officer, at=crew.day(20))
    absorbed = _short_day(crew, 26, 5_00)
    explain_variance(over_short=absorbed, text="燃气小票打印了两次，找了两次零钱", by=partner, at=crew.day(25))
    for person in (crew.manager, officer):
        absorb_variance(over_short=absorbed, text="当天有公布的故障，由公司承担", by=person, at=crew.day(24))
    disputed = _short_day(crew, 14, 4_40)
    propose_charge(over_short=disputed, text="三天内没有说明", by=crew.manager, at=crew.day(10))
    dispute_variance(over_short=disputed, text="那天我把钱交给了帮手，有清点记录", by=partner, at=crew.day(6))
    proposed = _short_day(crew, 12, 1_50)
    explain_variance(over_short=proposed, text="想不起来了", by=partner, at=crew.day(11))
    propose_charge(over_short=proposed, text="说明里没有原因", by=crew.manager, at=crew.day(3))
    explained = _short_day(crew, 5, 50)
    explain_variance(over_short=explained, text="有一枚五角硬币掉到柜台下面", by=partner, at=crew.day(4))
    _short_day(crew, 1, 1_00)
    _returned(crew, officer)


def _handed_over(crew: Crew, helper: Any) -> None:
    partner, held = crew.partner(crew.village), till_balance(crew.village).minor
    day = _open(crew.village, partner, crew.day(30, MORNING))
    day = count_cash(cash_day=day, lines=pieces_of(held - 50), by=partner, at=crew.day(30))
    day = hand_over_till(cash_day=day, to=helper, by=helper, at=crew.day(30))
    _close(crew.village, by=partner, at=crew.day(30, EVENING))


def _returned(crew: Crew, officer: Any) -> None:
    """Somebody left his change; the postpaid station counted it, and he came back with his slip."""
    partner = crew.partner(crew.postpaid)
    _open(crew.postpaid, partner, crew.day(22, MORNING))
    over = _close(crew.postpaid, by=partner, at=crew.day(22, EVENING), differs=3_00)
    payment = Payment.objects.filter(station=crew.postpaid, status="succeeded").order_by("our_ref")[0]
    for person in (crew.manager, officer):
        return_variance(over_short=over, payment=payment, text="本人带小票来取", by=person, at=crew.day(21))


def _at_the_story(crew: Crew) -> None:
    """Too much one day, a theft and too little the next: the drawer is empty again, all stand as questions."""
    partner = crew.partner(crew.story)
    _open(crew.story, partner, crew.day(9, MORNING))
    _close(crew.story, by=partner, at=crew.day(9, EVENING), differs=4_40)
    _open(crew.story, partner, crew.day(8, MORNING))
    report_loss(
        station=crew.story,
        kind="robbery",
        amount=Money(1_40, CURRENCY),
        police_number="泗公(双)受字2026-097",
        text="零钱盒放在柜台上，转身就不见了",
        by=partner,
        at=crew.day(8),
    )
    short = _close(crew.story, by=partner, at=crew.day(8, EVENING), differs=-3_00)
    explain_variance(over_short=short, text="前一天多出来的就是这一笔", by=partner, at=crew.day(7))


def _losses(crew: Crew) -> None:
    partner, (officer, other) = crew.partner(crew.postpaid), crew.cast.officers
    report_loss(
        station=crew.village,
        kind="robbery",
        amount=Money(2_00 * crew.times, CURRENCY),
        police_number="泗公(双)受字2026-118",
        insurer="人保财险泗洪支公司",
        text="夜里窗户被撬，零钱盒不见了",
        by=crew.partner(crew.village),
        at=crew.day(1, EVENING),
    )
    _open(crew.postpaid, partner, crew.day(18, MORNING))
    lost = _hand_over(crew, crew.postpaid, 2_50, at=crew.day(18))
    loss = report_loss(
        station=crew.postpaid,
        kind="lost_remittance",
        amount=lost.amount,
        remittance=lost,
        text="车在河里熄火，钱袋被水冲走",
        by=partner,
        at=crew.day(17),
    )
    for person in (officer, other):
        close_loss(loss_case=loss, by=person, at=crew.day(10))
    _close(crew.postpaid, by=partner, at=crew.day(18, EVENING))


def _under_way(crew: Crew) -> None:
    """Yesterday: cash that the clerk carries, a slip that the bank has not shown, and what is only declared."""
    partner = crew.partner(crew.postpaid)
    _open(crew.postpaid, partner, crew.day(1, MORNING))
    _hand_over(crew, crew.postpaid, 6_00, at=crew.day(1))
    _pay_in(crew, 3_50, at=crew.day(1))
    _declare(crew, crew.postpaid, 5_00, at=crew.day(1))
    declare_remittance(
        station=crew.story,
        direction=TO_STATION,
        via="carrier",
        amount=Money(1_00 * crew.times, CURRENCY),
        carrier=crew.partner(crew.story),
        by=crew.clerk,
        at=crew.day(1),
    )
    _close(crew.postpaid, by=partner, at=crew.day(1, EVENING))


def _large_cash(crew: Crew) -> None:
    """Three residents of the village, each at two stations: a report to file, one to confirm, and one that is filed."""
    adults = Person.objects.filter(home_station=crew.village, birth_date__year__lt=1990).order_by("pk")[:3]
    for person, days_ago in zip(adults, (3, 6, 20), strict=True):
        for station in (crew.village, crew.postpaid):
            note_cash(person=person, station=station, amount=Money(26_000_00, CURRENCY), at=crew.day(days_ago))
    _due, entered, filed = CashReport.objects.order_by("pk")
    officer, other = crew.cast.officers
    for report, number, days_ago in ((entered, "DE-2026-0117", 4), (filed, "DE-2026-0098", 18)):
        enter_cash_report(report=report, number=number, by=officer, at=crew.day(days_ago))
    file_cash_report(report=filed, by=other, at=crew.day(17))


def _holder_of_till(crew: Crew, station: Station) -> Any:
    return crew.clerk if station.pk == crew.centre.pk else crew.partner(station)


def _open(station: Station, by: Any, at: dt.datetime) -> CashDay:
    return open_cash_day(station=station, lines=pieces_of(till_balance(station).minor), by=by, at=at)


def _close(station: Station, *, by: Any, at: dt.datetime, differs: int = 0) -> OverShort:
    """Count and close the open day; the difference that was found (None where there is none)."""
    day = CashDay.objects.unclosed().get(station=station)
    lines = pieces_of(till_balance(station).minor + differs)
    close_cash_day(cash_day=count_cash(cash_day=day, lines=lines, by=by, at=at), by=by, at=at)
    return day.over_shorts.filter(found="closing").first()


def _short_day(crew: Crew, days_ago: int, minor: int) -> OverShort:
    partner = crew.partner(crew.village)
    _open(crew.village, partner, crew.day(days_ago, MORNING))
    return _close(crew.village, by=partner, at=crew.day(days_ago, EVENING), differs=-minor)


def _declare(crew: Crew, station: Station, minor: int, *, at: dt.datetime) -> Remittance:
    return declare_remittance(
        station=station,
        direction=TO_COUNTY,
        via="carrier",
        amount=Money(minor * crew.times, CURRENCY),
        carrier=crew.clerk,
        by=crew.partner(station),
        at=at,
    )


def _hand_over(crew: Crew, station: Station, minor: int, *, at: dt.datetime) -> Remittance:
    remittance = _declare(crew, station, minor, at=at)
    for signer in (crew.partner(station), crew.clerk):
        remittance = hand_over_cash(remittance=remittance, by=signer, at=at)
    return remittance


def _pay_in(crew: Crew, minor: int, *, at: dt.datetime) -> Remittance:
    partner = crew.partner(crew.postpaid)
    remittance = declare_remittance(
        station=crew.postpaid,
        direction=TO_COUNTY,
        via="bank_slip",
        amount=Money(minor * crew.times, CURRENCY),
        carrier=None,
        by=partner,
        at=at,
    )
    return hand_over_cash(remittance=remittance, slip_photo=_photo(partner, at), by=partner, at=at)


def _photo(by: Any, at: dt.datetime) -> StoredFile:
    picture = BytesIO()
    Image.new("RGB", (480, 320), "#f4f6f3").save(picture, "JPEG")
    picture.seek(0)
    return store_photo(upload=picture, by=by.pk, at=at)


def pieces_of(minor: int) -> dict[int, int]:
    """A drawer of this amount, largest notes first."""
    pieces = {}
    for note in country_of("CN").denominations:
        number, minor = divmod(minor, note.minor)
        if number:
            pieces[note.minor] = number
    return pieces

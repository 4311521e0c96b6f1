"""Premiums that went to the insurer, and cover by the weather: paid windows, one without a reading, one to come."""

import datetime as dt

from core.days import day_in
from core.gateways.results import Result, Status
from core.gateways.services.answers import apply
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.insurance import residents_of_county
from ecomnet.demo_data.stations import STORY, Cast
from finance.insurance.presets import drought_index
from finance.insurance.services import (
    activate_insurance_product,
    approve_index_window,
    draft_insurance_product,
    draw_premium_statement,
    enrol_people,
    fund_policies,
    load_index_readings,
    pay_index_payouts,
    propose_index_window,
    release_index_file,
    send_premiums,
    set_insurer_account,
    set_policy_account,
    settle_index_windows,
    start_policies,
)
from finance.models import (
    Fund,
    IndexPayment,
    IndexSource,
    IndexWindow,
    InsuranceProductVersion,
    Insurer,
    PayoutAccount,
    Policy,
    PremiumPayment,
)
from finance.payouts.services import confirm_payout_account
from stations.models import Station

DAY = dt.timedelta(days=1)
#: Cover by the weather began so long ago; so many people have it, and so many of them an account.
BEGAN, INSURED, WITH_ACCOUNT = 195 * DAY, 12, 4
#: Days before today on which the windows that are over began and ended.
SUMMER, BESIDE = (180, 20), (19, 11)


def load_premiums(cast: Cast, *, at: dt.datetime) -> None:
    """The premiums of the first month are paid to the insurer; those of the last months wait for the second officer."""
    insurer = Insurer.objects.get()
    first, second = cast.officers[:2]
    account = set_insurer_account(
        insurer=insurer,
        bank_code="ICBC",
        account_no="6222021102009001",
        holder_name=insurer.name_zh,
        by=first,
        at=at - 170 * DAY,
    )
    confirm_payout_account(account=account, by=second, at=at - 166 * DAY)
    funded = day_of(at - 200 * DAY)
    statement = draw_premium_statement(insurer=insurer, month=funded, by=first, at=at - 160 * DAY)
    send_premiums(statement=statement, by=second, at=at - 159 * DAY)
    _confirm(PremiumPayment.objects.get(statement=statement), "DEMO-PREMIUM-1", at=at - 159 * DAY)


def load_weather_cover(cast: Cast, *, at: dt.datetime) -> None:
    """People of the story's station are insured against drought: one window paid, one has no reading, two to come."""
    station = Station.objects.select_related("county").get(code=STORY)
    version = _terms(cast, at=at)
    policies = _policies(cast, version, station, at=at)
    guiren = IndexSource.objects.create(
        code="guiren", name="Guiren", name_zh="归仁气象站", kind="rainfall", region=station.county
    )
    qinglong = IndexSource.objects.create(
        code="qinglong", name="Qinglong", name_zh="青龙气象站", kind="rainfall", region=station.county, backup=guiren
    )
    _open(cast, version, qinglong, station, SUMMER, opened=at - 190 * DAY, at=at)
    _open(cast, version, guiren, station, BESIDE, opened=at - 190 * DAY, at=at)
    _open(cast, version, qinglong, station, (-30, -90), opened=at, at=at)
    _propose(cast, version, qinglong, station, (-91, -150), proposed=at, at=at)
    _measure(cast, qinglong, station, at=at)
    _accounts(cast, policies, station, at=at)
    while settle_index_windows(country=version.product.country, at=at):
        pass
    pay_index_payouts(country=version.product.country, after=None, at=at)
    paid = IndexPayment.objects.order_by("pk")[: WITH_ACCOUNT - 1]
    for number, payment in enumerate(paid):
        _confirm(payment, f"DEMO-INDEX-{number}", at=at)


def _terms(cast: Cast, *, at: dt.datetime) -> InsuranceProductVersion:
    maker, checker = cast.officers[:2]
    insurer = Insurer.objects.get()
    preset = drought_index(insurer.currency)
    version = draft_insurance_product(insurer=insurer, preset=preset, by=maker, at=at - BEGAN - 5 * DAY)
    return activate_insurance_product(version=version, by=checker, at=at - BEGAN - 4 * DAY)


def _policies(cast: Cast, version: InsuranceProductVersion, station: Station, *, at: dt.datetime) -> list[Policy]:
    manager, officer = cast.managers[station.county_id], cast.officers[0]
    people = residents_of_county(station).filter(home_station=station, birth_date__year__lt=2000)
    began = at - BEGAN
    batch = enrol_people(
        people=list(people.select_related("home_station__county")[:INSURED]),
        version=version,
        county=station.county,
        start_date=day_in(station.zone, began),
        by=manager,
        at=began,
    )
    funds = {f"{kind}_fund": Fund.objects.get(code=f"suqian-{kind}") for kind in ("poverty", "crowd")}
    fund_policies(batch=batch, funds=funds, by=officer, at=began)
    start_policies(county=station.county, zone=station.zone, at=began)
    return list(batch.policies.select_related("person", "household__head", "station").order_by("pk"))


def _open(
    cast: Cast,
    version: InsuranceProductVersion,
    source: IndexSource,
    station: Station,
    days: tuple[int, int],
    *,
    opened: dt.datetime,
    at: dt.datetime,
) -> None:
    window = _propose(cast, version, source, station, days, proposed=opened, at=at)
    approve_index_window(window=window, by=cast.officers[1], at=opened)


def _propose(
    cast: Cast,
    version: InsuranceProductVersion,
    source: IndexSource,
    station: Station,
    days: tuple[int, int],
    *,
    proposed: dt.datetime,
    at: dt.datetime,
) -> IndexWindow:
    first, last = (day_in(station.zone, at - ago * DAY) for ago in days)
    benefit = version.benefits.select_related("version__product").get()
    return propose_index_window(
        benefit=benefit, source=source, start_date=first, end_date=last, by=cast.officers[0], at=proposed
    )


def _measure(cast: Cast, source: IndexSource, station: Station, *, at: dt.datetime) -> None:
    """The rain of the summer so far, every twenty days; the last file waits for its release."""
    began, ended = SUMMER
    days = range(began - 20, ended - 1, -20)
    rain = (36, 71, 118, 160, 204, 241, 277, 300)
    lines = [
        f"{source.code},{day_in(station.zone, at - ago * DAY)},{value}" for ago, value in zip(days, rain, strict=True)
    ]
    file = load_index_readings(content="\n".join(["source,date,value", *lines]), by=cast.officers[1], at=at - 18 * DAY)
    release_index_file(file=file, by=cast.officers[0], at=at - 17 * DAY)
    newest = f"{source.code},{day_in(station.zone, at - 2 * DAY)},12.5"
    load_index_readings(content=f"source,date,value\n{newest}\n", by=cast.officers[1], at=at - DAY)


def _accounts(cast: Cast, policies: list[Policy], station: Station, *, at: dt.datetime) -> None:
    """Some of them have said where they want to be paid."""
    for number, policy in enumerate(policies[:WITH_ACCOUNT]):
        account: PayoutAccount = set_policy_account(
            policy=policy,
            payee=policy.person,
            bank_code="ABC",
            account_no=f"62284804025649{number:05d}",
            holder_name=policy.person.full_name,
            by=cast.partners[station.pk],
            at=at - 12 * DAY,
        )
        confirm_payout_account(account=account, by=cast.officers[0], at=at - 8 * DAY)


def _confirm(payment: PremiumPayment | IndexPayment, said: str, *, at: dt.datetime) -> None:
    """The bank has paid."""
    result = Result(str(payment.pk), "payout", Status.SUCCEEDED, said, payment.amount)
    apply(our_ref=payment.pk, result=result, source="callback", at=at, attempts=1)


def draw_last_premiums(cast: Cast, *, at: dt.datetime) -> None:
    """What was funded since is drawn up, and waits for the second officer."""
    month = day_of(at - 40 * DAY)
    draw_premium_statement(insurer=Insurer.objects.get(), month=month, by=cast.officers[0], at=at)

"""Insurance: a whole county enrolled and paid for, a window that pays all of it, and the page of a claim."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import now

from benchmarks import sites
from benchmarks.lines import Line, Scale
from benchmarks.pages import looked_at, read_by
from core.days import day_in
from core.money import Money
from finance.insurance.services import enrol_people, fund_policies, record_contribution
from finance.insurance.services.index_ceilings import value_payouts
from finance.models import Claim, EnrolmentBatch, Fund, IndexWindow, InsuranceProductVersion, Policy
from stations.models import Person, Station, User

RESIDENTS, STORY = 400, "321324-0003"
#: Goals for 10,000 people, in seconds, and for the page of a claim.
PEOPLE, ENROL, FUND, PAY = 10_000, 60, 60, 60
MOST_STATEMENTS = 12
CHUNK = 500
# Residents past the services, copies of one of them: on a database to be dropped.
_COPIES = """
INSERT INTO stations_person (id, home_station_id, phone, phone_reversed, id_kind, created_at, updated_at, full_name,
       preferred_name, sex, birth_date, birth_precision, language, residence, is_walk_in, village_id)
SELECT uuidv7(), home_station_id, '', '', 'none', now(), now(), full_name, preferred_name, sex, '1979-03-01', 'day',
       language, 'resident', false, village_id
  FROM stations_person AS model CROSS JOIN generate_series(1, %s) WHERE model.id = %s
RETURNING id
"""


def measure(scale: Scale) -> Iterator[Line]:
    """Enrolling, funding and paying by a window, each for all people together; and one claim as it is read."""
    people = scale.of(tiny=20, quick=PEOPLE, full=PEOPLE)
    with sites.loaded("insurance", scale, residents=RESIDENTS, bills=2):
        yield from _cover(people)
        yield _claim_page(scale)


def _cover(count: int) -> Iterator[Line]:
    at = now()
    station = Station.objects.select_related("county").get(code=STORY)
    version = (
        InsuranceProductVersion.objects.active().select_related("product__insurer").get(product__code="drought-index")
    )
    maker, officer = User.objects.get(username="manager"), User.objects.get(username="finance")
    people, start = _people(station, count), day_in(station.zone, at)
    about: dict[str, Any] = {"version": version, "county": station.county, "start_date": start, "by": maker, "at": at}
    with sites.stopwatch() as watch:
        batch = enrol_people(people=people, **about)
    yield _line("enrolled", batch.accepted, watch.seconds, ENROL)
    funds = {f"{kind}_fund": Fund.objects.get(code=f"suqian-{kind}") for kind in ("poverty", "crowd")}
    for name, fund in funds.items():
        record_contribution(
            to=fund,
            giver_name="benchmark",
            giver_public=False,
            amount=Money(batch.premium_minor, batch.currency),
            receipt_ref=f"benchmark {name}",
            received_date=start,
            by=officer,
            at=at,
        )
    with sites.stopwatch() as watch:
        fund_policies(batch=batch, funds=funds, by=officer, at=at)
    yield _line("funded", count, watch.seconds, FUND)
    with sites.stopwatch() as watch:
        paid = _pay(batch, at)
    yield _line("paid by a window", paid, watch.seconds, PAY)


def _people(station: Station, count: int) -> list[Person]:
    model = Person.objects.living().filter(home_station=station).order_by("pk")[0]
    with connection.cursor() as cursor:
        cursor.execute(_COPIES, [count, model.pk])
        found = [row[0] for row in cursor.fetchall()]
    return list(Person.objects.filter(pk__in=found).select_related("home_station__county").order_by("pk"))


def _pay(batch: EnrolmentBatch, at: dt.datetime) -> int:
    """What a window gives all policies of an enrolment, in parts of as many as the job takes; how many."""
    window = IndexWindow.objects.filter(status=IndexWindow.Status.OPEN).select_related("benefit__version__product")[0]
    policies = Policy.objects.filter(batch=batch).select_related("version__product__insurer", "product")
    rows, paid = list(policies.order_by("pk")), 0
    for first in range(0, len(rows), CHUNK):
        with transaction.atomic():
            paid += len(value_payouts(window, rows[first : first + CHUNK], 100, at=at))
    return paid


def _claim_page(scale: Scale) -> Line:
    paths = [f"/finance/insurance/claims/{pk}/" for pk in Claim.objects.values_list("pk", flat=True)[:10]]
    with read_by("claims") as client:
        looks = looked_at(client, paths, times=scale.of(tiny=2, quick=40, full=200))
    return Line(
        "the page of a claim",
        f"{looks.processor:.0f} ms cpu",
        f"<= {MOST_STATEMENTS} statements",
        looks.statements <= MOST_STATEMENTS,
        limit=f"{looks.statements} sent",
    )


def _line(what: str, count: int, seconds: float, most: int) -> Line:
    return Line(f"{count:,} people {what}", f"{seconds:.1f} s", f"<= {most} s", seconds <= most)

"""A group of borrowers of another village of the story's county: its new rates, and what it has brought.

Of one member the rate has changed after a notice, of another a change waits for a second officer. Somebody else of the
village has borrowed alone and is late.
"""

import datetime as dt
from collections.abc import Sequence

from core.money import Money
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.lending import applied, approved, nights_closed, paid_out, signed, visited
from ecomnet.demo_data.stations import Cast, quiet_counter
from finance.loans.queries import dues_of, loans_of_group
from finance.loans.services import (
    Collected,
    add_group_member,
    approve_rate_change,
    collect_from_group,
    collect_line,
    form_loan_group,
    propose_rate_change,
)
from finance.models import BorrowerGroup, Loan, LoanApplication, LoanProductVersion
from stations.models import Person, Station, User

DAY = dt.timedelta(days=1)
#: So long ago they were paid out: a first instalment is due, also where holidays have moved its day.
LENT = 45 * DAY
MEMBERS = 3
#: So long ago was their last meeting; what one has brought to it is recorded today.
MET = 2 * DAY
LOWER = 96_000
#: The first digits of their accounts are those of the other borrowers; the last ones begin here.
FIRST_ACCOUNT = 100


def members_at(station: Station, others: Sequence[Person]) -> list[Person]:
    """Adults who live there and apply for nothing else: the members, and one more."""
    villagers = Person.objects.living().filter(home_station=station, birth_date__year__lt=2000, died_date=None)
    works = User.objects.exclude(person=None).values("person")
    free = villagers.exclude(pk__in=works).exclude(pk__in=[each.pk for each in others])
    return list(free.order_by("pk")[: MEMBERS + 1])


def lend_to_group(
    others: Sequence[Person], version: LoanProductVersion, cast: Cast, *, at: dt.datetime
) -> BorrowerGroup:
    """Members who borrow at one time, each an own loan; the rate of the first changes after a notice."""
    station = quiet_counter(cast)
    partner, began = cast.partners[station.pk], at - LENT - 8 * DAY
    group = form_loan_group(
        station=station,
        name="果园三人组",
        first_meeting_date=day_of(at - MET - 42 * DAY),
        every_weeks=2,
        by=partner,
        at=began,
    )
    people = members_at(station, others)[:MEMBERS]
    for person in people:
        add_group_member(group=group, person=person, by=partner, at=began)
    loans = []
    for number, person in enumerate(people):
        application = applied(person, version, station, partner, at=began, key=f"demo-group-{number}")
        visited(application, partner)
        approved(application, cast, at=began + 2 * DAY)
        loans.append(signed(application, partner, at=began + 3 * DAY))
    nights_closed(at - LENT - DAY, at=at)
    for number, loan in enumerate(loans, FIRST_ACCOUNT):
        paid_out(loan, cast, partner, number, at=at - LENT)
    _cheaper(loans[0], cast, since=at - 10 * DAY, at=at - LENT + DAY)
    return group


def lend_to_one(
    others: Sequence[Person], version: LoanProductVersion, cast: Cast, *, at: dt.datetime
) -> list[LoanApplication]:
    """The one who borrows alone has applied and signed before the group is paid; nobody where too few live there."""
    station = quiet_counter(cast)
    partner, began = cast.partners[station.pk], at - LENT - 8 * DAY
    made = []
    for person in members_at(station, others)[MEMBERS:]:
        application = applied(person, version, station, partner, at=began, key="demo-gone")
        visited(application, partner)
        approved(application, cast, at=began + 2 * DAY)
        signed(application, partner, at=began + 3 * DAY)
        made.append(application)
    return made


def pay_out_to_one(applications: Sequence[LoanApplication], cast: Cast, *, at: dt.datetime) -> None:
    """On the day on which the group is paid out."""
    partner = cast.partners[quiet_counter(cast).pk]
    for application in applications:
        paid_out(application.loan, cast, partner, FIRST_ACCOUNT + MEMBERS, at=at - LENT)


def _cheaper(loan: Loan, cast: Cast, *, since: dt.datetime, at: dt.datetime) -> None:
    """Two officers agree to a lower rate."""
    asks, decides = cast.credit_officers[:2]
    asked = propose_rate_change(
        loan=loan, rate_ppm=LOWER, valid_from=day_of(since), reason="基准利率下调", by=asks, at=at
    )
    approve_rate_change(loan=loan, proposal=asked.pk, by=decides, at=at)


def meet(group: BorrowerGroup, cast: Cast, *, at: dt.datetime) -> None:
    """One brings all that is due, one a part, after some at the meeting before, one nothing; for the last one an
    officer asks for a lower rate.
    """
    station = Station.objects.select_related("county").get(pk=group.station_id)
    partner = cast.partners[station.pk]
    for loan in loans_of_group(group)[1:2]:
        _bring_late(group, loan, station, partner, at=at)
    loans = list(loans_of_group(group))
    due = dues_of(loans)
    shares = [(1, ""), (2, "苹果还没卖完"), (0, "住院了，下次一起还")]
    brought = [
        Collected(loan.pk, Money(due[loan.pk].minor // part if part else 0, loan.currency), reason=reason)
        for loan, (part, reason) in zip(loans, shares, strict=False)
    ]
    collect_from_group(group=group, collected=brought, station=station, by=partner, at=at, key="demo-group")
    propose_rate_change(
        loan=loans[-1],
        rate_ppm=LOWER,
        valid_from=day_of(at + 21 * DAY),
        reason="基准利率下调",
        by=cast.credit_officers[0],
        at=at,
    )


def _bring_late(group: BorrowerGroup, loan: Loan, station: Station, partner: User, *, at: dt.datetime) -> None:
    """A third was brought to the last meeting, where there was no network: it counts from that day."""
    brought = Money(dues_of([loan])[loan.pk].minor // 3, loan.currency)
    collect_line(
        group=group,
        line=Collected(loan.pk, brought, reason="苹果还没卖完"),
        station=station,
        by=partner,
        at=at,
        key="demo-group-late",
        meeting=day_of(at - MET),
    )

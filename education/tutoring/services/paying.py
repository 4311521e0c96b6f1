"""What the county owes a tutor for a lesson, from the money of its programme; what lacks money waits for it."""

import datetime as dt
from fractions import Fraction

from django.db import transaction
from django.db.models import QuerySet

from core.database.db import lock
from core.days import day_in
from core.errors import refused_by, refuses
from core.money import BASIS_POINTS, Money
from education.tutoring.models import TutoringSession
from education.tutoring.queries import sessions
from finance import chart
from finance.fees.models import PayableLine
from finance.settlement.models import PayeeKind
from finance.settlement.queries.places import counties
from finance.settlement.services import accrue_payable, enrol_payee
from ledger.models import Account
from stations.places.models import Division

#: The programme of a county that pays for learning, and what a stipend is called in the books.
PROGRAMME, EVENT = "education", "tutoring_stipend"
HOUR, WHOLE, HALF = 60, BASIS_POINTS, 5_000
SWEEP = 500


class _NoFunds(Exception):
    """The programme has not so much; what was posted in its place is taken back."""


def stipend_of(rate: Money, minutes: int, share_bp: int = WHOLE) -> Money:
    """A rate for an hour times planned minutes, or a part of it: rounded once, half to even, to the minor unit."""
    return Money(round(Fraction(rate.minor * minutes * share_bp, HOUR * BASIS_POINTS)), rate.currency)


def programme_account(county: Division, currency: str, *, at: dt.datetime) -> Account:
    """The money that a county or a donor has given for learning; never spent below nothing."""
    return chart.open_one(chart.subsidy(county, PROGRAMME), country=county.country, currency=currency, at=at)


@refuses(*refused_by(accrue_payable))
@transaction.atomic
def owe_stipend(*, session: TutoringSession, share_bp: int, at: dt.datetime) -> TutoringSession:
    """Decide what the tutor gets for a lesson that is locked, and owe it as far as there is money. Once a lesson."""
    if session.stipend_minor is not None:
        return session
    rate = Money(session.rate_minor, session.currency) if session.rate_minor is not None else None
    session.stipend_minor = stipend_of(rate, session.minutes, share_bp).minor if rate else 0
    if session.stipend_minor:
        session.stipend_line = _accrue(session, at=at)
        session.is_unfunded = session.stipend_line is None
    session.save(update_fields=["stipend_minor", "stipend_line", "is_unfunded", "updated_at"])
    return session


@refuses(*refused_by(accrue_payable))
@transaction.atomic
def fund_stipends(*, zone: str, at: dt.datetime) -> int:
    """Try again what waits for money of the counties that are settled by a zone's clock; how many were paid.

    Of each county the oldest first, until its money ends: what another county lacks holds nobody up.
    """
    settled = counties(zone=zone, date=day_in(zone, at))
    waiting = TutoringSession.objects.unfunded().filter(tutor__county__code__in=settled)
    programmes = waiting.order_by("tutor__county", "currency").values_list("tutor__county", "currency").distinct()
    return sum(
        _fund(waiting.filter(tutor__county=county, currency=currency), at=at) for county, currency in list(programmes)
    )


def _fund(waiting: QuerySet[TutoringSession], *, at: dt.datetime) -> int:
    funded = 0
    for pk in list(waiting.order_by("pk").values_list("pk", flat=True)[:SWEEP]):
        session = lock(sessions().get(pk=pk))
        if not session.is_unfunded:
            continue
        session.stipend_line = _accrue(session, at=at)
        if session.stipend_line is None:
            break
        session.is_unfunded = False
        session.save(update_fields=["stipend_line", "is_unfunded", "updated_at"])
        funded += 1
    return funded


def _accrue(session: TutoringSession, *, at: dt.datetime) -> PayableLine | None:
    """subsidy of the county -> commission of the tutor; None where the programme has not so much."""
    tutor, currency = session.tutor, session.currency
    # The programme is locked before the account of a tutor: the sweep pays many tutors from it in one transaction.
    source = lock(programme_account(tutor.county, currency, at=at))
    earner = chart.commission_of_user(tutor.login_id)
    account = chart.open_one(earner, country=tutor.county.country, currency=currency, at=at)
    enrol_payee(account=account, kind=PayeeKind.TUTOR, county=tutor.county)
    try:
        with transaction.atomic():
            line = accrue_payable(
                event_type=EVENT,
                event_id=str(session.pk),
                account=account,
                amount=Money(session.stipend_minor or 0, currency),
                source=source,
                eligible_at=at,
                explanation={"kind": EVENT, "rate": session.rate_minor, "minutes": session.minutes},
                station=session.station,
                at=at,
            )
            if line.unfunded:
                raise _NoFunds
    except _NoFunds:
        return None
    return line

"""The settlement of a county's day, in the order of its steps; each step is a transaction of its own.

Whatever dies between two of them, the same call again goes on where it stopped and ends as if nothing had happened.
"""

import datetime as dt

from core.errors import WrongState, refuses
from finance.settlement.models import DayClose
from finance.settlement.queries.findings import stopping_findings
from finance.settlement.services.closing import close_statements
from finance.settlement.services.days import DAY, DayNotOver, begin_close, finish_close, open_days
from finance.settlement.services.maturing import is_matured, mature_lines
from finance.settlement.services.payees import enrol_payees
from finance.settlement.services.statements import calculate_statements
from stations.places.models import Division


@refuses(WrongState, DayNotOver)
def settle_day(*, county: Division, business_date: dt.date, zone: str, at: dt.datetime) -> bool:
    """Settle a county's day and those before it that were missed; False while another worker still has a part in
    hand.
    """
    enrol_payees(country=county.country, at=at)
    days = open_days(county=county, upto=business_date, zone=zone)
    done = True
    for close in days:
        done = settle(close=close, at=at) and done
    close_statements(county=county, at=at)  # those of a night that died after its last step, or of a cleared payee
    if done:
        open_days(county=county, upto=business_date + DAY, zone=zone)
    return done


@refuses(WrongState, DayNotOver)
def settle(*, close: DayClose, at: dt.datetime) -> bool:
    """Settle one day; False while another worker still has a chunk of it in hand."""
    try:
        close = begin_close(close=close, at=at)
    except WrongState:
        close.refresh_from_db(fields=["status"])
        if close.status == DayClose.Status.CLOSED:
            return True  # another worker was faster
        raise
    while mature_lines(close=close, at=at):
        pass
    if not is_matured(close):
        return False
    calculate_statements(close=close, at=at)
    finish_close(close=close, at=at)
    # The next period of an account is told when the one before is closed: a night that makes up for others goes on.
    while close_statements(county=close.county, at=at) and calculate_statements(close=close, at=at):
        pass
    return True


@refuses(WrongState, DayNotOver)
def resume_held_days(*, at: dt.datetime) -> int:
    """Go on with the held days of which every finding has been cleared; how many."""
    held = DayClose.objects.filter(status=DayClose.Status.HELD).select_related("county").order_by("business_date")
    free = [close for close in held if not stopping_findings(close.county)]
    for close in free:
        settle(close=close, at=at)
    return len(free)

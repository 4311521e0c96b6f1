"""Schedules of loans: pure arithmetic without database and clock. One function, `schedule_of`, plans every loan.

Amounts are whole minor units of one currency; rates are parts per million; a result is exact to the money step.
"""

from finance.loans.schedules.accruals import accrued, nights_of, payoff
from finance.loans.schedules.calendars import Calendar
from finance.loans.schedules.documents import read_terms, write_terms
from finance.loans.schedules.penalties import Arrears, penalty_due, penalty_exact
from finance.loans.schedules.plans import Row, Schedule, schedule_of
from finance.loans.schedules.prepayments import can_keep_instalment, terms_after
from finance.loans.schedules.prices import Price, price_of
from finance.loans.schedules.refusals import ScheduleDoesNotAmortise, TermsMalformed
from finance.loans.schedules.terms import Period, RateChange, SeasonalShare, Terms

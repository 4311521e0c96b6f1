"""What a loan would cost: the plan and its true price, before anybody has asked for anything."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core.days import day_in
from core.errors import Refused, refuses
from core.money import Money, share
from finance.loans.models import LoanProductVersion
from finance.loans.queries import calendar_of, terms_of
from finance.loans.schedules import Price, Schedule, ScheduleDoesNotAmortise, TermsMalformed, price_of, schedule_of
from ledger.services import book_of


class TermsOutsideProduct(Refused):
    """The product has no such amount, number of instalments or rate."""

    code = "terms_outside_product"
    status = 422
    message = _("This loan is from %(least)s to %(most)s, in one of the offered numbers of instalments.")


class PriceAboveCeiling(Refused):
    """With fees and days counted, the loan costs more than it may."""

    code = "price_above_ceiling"
    status = 422
    message = _("This loan would cost %(price)s %% a year. It may cost at most %(most)s %%.")


@dataclass(frozen=True, slots=True)
class Quote:
    """A loan as it would be: the plan, the fee that is kept back at pay-out, and the price of both."""

    version: LoanProductVersion
    schedule: Schedule
    price: Price
    fee: Money

    @property
    def on(self) -> dt.date:
        """The day of which it is, in the zone of the country's book."""
        return self.schedule.terms.schedule_start

    @property
    def amount(self) -> Money:
        """What is lent."""
        return Money(self.schedule.terms.principal, self.version.currency)

    @property
    def received(self) -> Money:
        """What the borrower gets in hand."""
        return self.amount - self.fee

    @property
    def interest(self) -> Money:
        """All interest."""
        return Money(self.schedule.total_interest + self.schedule.total_capitalised, self.version.currency)

    @property
    def to_pay(self) -> Money:
        """Everything that is paid back."""
        return Money(self.schedule.total_payment, self.version.currency)

    @property
    def cost(self) -> Money:
        """What is paid back beyond what was received."""
        return self.to_pay - self.received


@refuses(TermsOutsideProduct, PriceAboveCeiling, TermsMalformed, ScheduleDoesNotAmortise)
def quote_loan(
    *,
    version: LoanProductVersion,
    amount: Money,
    installments: int,
    at: dt.datetime,
    rate_ppm: int | None = None,
    grace_principal: int = 0,
) -> Quote:
    """Plan a loan of this version that is paid out on this day in its country, and say what it costs.

    `amount` is in the product's currency. Without a rate, the usual one of the version. Nothing is stored.
    """
    start = day_in(book_of(version.product.country).zone, at)
    rate = version.rate_default_ppm if rate_ppm is None else rate_ppm
    _refuse_outside(version, amount, installments, rate, grace_principal)
    terms = terms_of(
        version,
        principal=amount.minor,
        installments=installments,
        rate_ppm=rate,
        start=start,
        grace_principal=grace_principal,
    )
    schedule = schedule_of(terms, calendar_of(version.product.country, start=start))
    fee = Money(share(amount.minor, version.fee_payout_bp, rounding="half_up"), amount.currency)
    price = price_of(schedule, fee_at_payout=fee.minor)
    if price.effective_bp > version.apr_max_bp:
        raise PriceAboveCeiling(price=_percent(price.effective_bp), most=_percent(version.apr_max_bp))
    return Quote(version, schedule, price, fee)


@refuses(TermsOutsideProduct)
def _refuse_outside(
    version: LoanProductVersion, amount: Money, installments: int, rate_ppm: int, grace_principal: int
) -> None:
    outside = {
        "amount": not version.smallest <= amount <= version.largest,
        "installments": installments not in version.installments_offered,
        "rate_ppm": not version.rate_min_ppm <= rate_ppm <= version.rate_max_ppm,
        "grace_principal": not 0 <= grace_principal <= version.grace_principal_max,
    }
    field = next((name for name, is_outside in outside.items() if is_outside), None)
    if field or amount.minor % version.money_step_minor:
        raise TermsOutsideProduct(
            field=field or "amount", least=version.smallest.display(), most=version.largest.display()
        )


def _percent(basis_points: int) -> str:
    return f"{basis_points / 100:.2f}"

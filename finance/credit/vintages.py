"""How well the loans of a quarter do that one person has recommended: plain figures and their limits."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

#: A vintage speaks from so many loans on; of these vintages, the quarter of the day included.
LEAST_LOANS, QUARTERS = 5, 4
#: Above so much at risk (0.01 %) somebody is warned, or recommends no further loan.
WARNED_ABOVE, SUSPENDED_ABOVE = 300, 500


@dataclass(frozen=True, slots=True)
class Vintage:
    """The loans of one quarter as they stand, of one person and currency; amounts in minor units.

    `at_risk_minor` is the principal left of loans more than 30 days late or restructured, and what was written off.
    `partner` is the login that has recommended last.
    """

    partner_ref: UUID
    partner: UUID
    currency: str
    quarter_date: dt.date
    loans: int
    disbursed_minor: int
    at_risk_minor: int

    @property
    def par30_bp(self) -> int:
        """The share at risk in hundredths of a percent, half up."""
        return (2 * self.at_risk_minor * 10_000 + self.disbursed_minor) // (2 * self.disbursed_minor)

    @property
    def figures(self) -> tuple[int, int, int]:
        """What changes from close to close."""
        return self.loans, self.disbursed_minor, self.at_risk_minor


def quarter_of(date: dt.date) -> dt.date:
    """The first day of a date's calendar quarter."""
    return date.replace(month=(date.month - 1) // 3 * 3 + 1, day=1)


def first_quarter(date: dt.date) -> dt.date:
    """The first day of the oldest quarter that is measured at a close of this date."""
    months = date.year * 12 + (date.month - 1) // 3 * 3 - 3 * (QUARTERS - 1)
    return dt.date(months // 12, months % 12 + 1, 1)

"""Who is paid by which county, what matured on which day, and the statements made of it."""

from finance.settlement.models.countries import InstalledCountry
from finance.settlement.models.day_closes import DayClose, PayeeDay, SettleChunk
from finance.settlement.models.payees import PayeeAccount, PayeeKind, StatementTerms, TaxRule
from finance.settlement.models.statements import Statement

"""What the drawer's desk stores: days and counts, differences, cash on its way, losses, and what watches over them."""

from finance.tills.models.cash_days import CashCount, CashCountLine, CashDay, Denomination, TillCustody
from finance.tills.models.cash_dues import CashDue, CashDueNotice
from finance.tills.models.cash_watches import CashReport, CashThreshold, CashWatch
from finance.tills.models.known_errors import KnownError
from finance.tills.models.loss_cases import LossCase
from finance.tills.models.over_shorts import OverShort, OverShortMove
from finance.tills.models.remittances import Remittance

"""Commission: plans as data, lines as facts, and the words that explain each of them."""

from finance.fees.models.adjustments import Adjustment
from finance.fees.models.lines import CommissionLine, LineHold, PayableLine
from finance.fees.models.plans import CommissionPlan, CommissionRule, CommissionShare
from finance.fees.models.tariffs import Tariff

"""The rows of floats."""

from finance.floats.models.floats import (
    BankDay,
    FloatDay,
    FloatForecast,
    FloatTopUp,
    FloatTransfer,
    StationMoney,
    TopUpCash,
)
from finance.floats.models.undone import TopUpUndo

"""The products that a lender begins with: terms for a draft, for people to change and approve (docs/loans.md).

Rates, fees and limits are defaults in the units of the lender's currency; nothing here is in force by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.money import units
from finance.loans.models import LoanClass
from finance.loans.schedules import SeasonalShare

#: 10.8 % a year; a penalty is one and a half times the rate of the contract.
RATE_PPM, PENALTY_PPM = 108_000, 162_000


@dataclass(frozen=True, slots=True)
class Preset:
    """A product by its names, the terms of its first version, and the rows of its season."""

    code: str
    name: str
    name_zh: str
    terms: dict[str, Any]
    seasonal_rows: Sequence[SeasonalShare] = ()


def presets(currency: str) -> list[Preset]:
    """Farm loans repaid at the end or in equal parts, a loan repaid after the harvest, one for members of a group, and
    one for shops.
    """
    return [
        Preset(
            "farm_bullet",
            "Farm loan, principal at the end",
            "农户贷（先息后本）",
            _terms(currency, principal_method="bullet", day_count="actual_365", installments_offered=[6, 12, 24]),
        ),
        Preset(
            "farm_equal",
            "Farm loan, equal principal",
            "农户贷（等额本金）",
            _terms(currency, principal_method="equal_principal", day_count="thirty_360"),
        ),
        Preset(
            "harvest",
            "Harvest loan",
            "丰收贷（卖粮还款）",
            _terms(currency, principal_method="seasonal", day_count="actual_365", installments_offered=[8]),
            [SeasonalShare(0, 0)] * 5 + [SeasonalShare(400_000, 400_000), *[SeasonalShare(300_000, 300_000)] * 2],
        ),
        Preset(
            "group_equal",
            "Group loan, equal principal",
            "联保贷（等额本金）",
            _terms(currency, principal_method="equal_principal", day_count="thirty_360", needs_group=True),
        ),
        Preset(
            "shop_annuity",
            "Shop loan, equal instalments",
            "商户贷（等额本息）",
            _terms(currency, principal_method="annuity_progressive", day_count="thirty_360"),
        ),
    ]


def _terms(currency: str, **values: Any) -> dict[str, Any]:
    return {
        "amount_min_minor": units(1_000, currency).minor,
        "amount_default_minor": units(30_000, currency).minor,
        "amount_max_first_minor": units(50_000, currency).minor,
        "amount_max_minor": units(500_000, currency).minor,
        "installments_offered": [6, 12, 24],
        "rate_min_ppm": 48_000,
        "rate_default_ppm": RATE_PPM,
        "rate_max_ppm": 144_000,
        "penalty_ppm": PENALTY_PPM,
        "apr_max_bp": 2_400,
        **values,
    }


#: From so many days late, the class, the share set aside in basis points: the five classes of China's banks.
FIVE_CLASSES = (
    (0, LoanClass.NORMAL, 100),
    (1, LoanClass.SPECIAL_MENTION, 200),
    (91, LoanClass.SUBSTANDARD, 2_500),
    (181, LoanClass.DOUBTFUL, 5_000),
    (361, LoanClass.LOSS, 10_000),
)
#: Rates by days alone, as small lenders use them.
DAYS_SAMPLE = (
    (0, LoanClass.NORMAL, 1_000),
    (31, LoanClass.SPECIAL_MENTION, 2_500),
    (61, LoanClass.SUBSTANDARD, 5_000),
    (91, LoanClass.DOUBTFUL, 7_500),
    (181, LoanClass.LOSS, 10_000),
)

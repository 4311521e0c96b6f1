"""The product that an insurer begins with: terms for a draft, for people to approve (docs/insurance.md).

Amounts are defaults in units of the insurer's currency; nothing here is in force by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.money import units


@dataclass(frozen=True, slots=True)
class BenefitTerms:
    """A benefit with its grades (grade -> basis points) and the papers that it needs (kind -> how many)."""

    columns: dict[str, Any]
    papers: dict[str, int]
    grades: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preset:
    """A product by its names, the terms of its first version, and all that belongs to them."""

    code: str
    name: str
    name_zh: str
    terms: dict[str, Any]
    #: source, basis points, whether it takes the remainder
    shares: tuple[tuple[str, int, bool], ...]
    benefits: tuple[BenefitTerms, ...]
    #: scope, peril (empty: all), minor units (None: what was put up)
    ceilings: tuple[tuple[str, str, int | None], ...]


def poverty_reduction_100(currency: str) -> Preset:
    """A hundred units of premium a year for each person of a poor household, paid by a poverty and a crowd fund."""

    def minor(count: int) -> int:
        return units(count, currency).minor

    return Preset(
        code="poverty-reduction-100",
        name="Poverty Reduction 100",
        name_zh="扶贫100",
        terms={"premium_minor": minor(100), "term_months": 12},
        shares=(("poverty_fund", 7_000, True), ("crowd_fund", 3_000, False)),
        benefits=(
            BenefitTerms(
                {
                    "peril": "illness",
                    "formula": "remaining_cost",
                    "deductible_minor": minor(3_000),
                    "share_bp": 4_000,
                    "cap_minor": minor(10_000),
                    "waiting_days": 30,
                },
                {"settlement_sheet": 1, "discharge_paper": 1},
            ),
            BenefitTerms(
                {"peril": "disability", "formula": "graded", "sum_insured_minor": minor(20_000)},
                {"disability_certificate": 1, "accident_paper": 1},
                {str(grade): 11_000 - 1_000 * grade for grade in range(1, 11)},
            ),
            BenefitTerms(
                {"peril": "natural_disaster", "formula": "graded", "sum_insured_minor": minor(5_000)},
                {"damage_photo": 3, "village_certificate": 1},
                {"slight": 1_000, "heavy": 4_000, "destroyed": 10_000},
            ),
            BenefitTerms(
                {
                    "peril": "education_costs",
                    "formula": "term_cost",
                    "share_bp": 5_000,
                    "cap_minor": minor(3_000),
                    "per": "term",
                },
                {"enrolment_paper": 1, "school_bill": 1},
            ),
        ),
        ceilings=(
            ("person_year", "", minor(20_000)),
            ("household_year", "", minor(40_000)),
            ("fund_year", "", None),
        ),
    )


def drought_index(currency: str) -> Preset:
    """Sixty units a year: up to 2,000 are paid without a claim when the rain of a window stays below 400 mm."""

    def minor(count: int) -> int:
        return units(count, currency).minor

    return Preset(
        code="drought-index",
        name="Drought Index",
        name_zh="干旱指数保险",
        terms={"premium_minor": minor(60), "term_months": 12},
        shares=(("poverty_fund", 7_000, True), ("crowd_fund", 3_000, False)),
        benefits=(
            BenefitTerms(
                {
                    "peril": "natural_disaster",
                    "formula": "parametric",
                    "sum_insured_minor": minor(2_000),
                    "index_kind": "rainfall",
                    "trigger": Decimal(400),
                    "exit": Decimal(200),
                    "per": "window",
                },
                {},
            ),
        ),
        ceilings=(
            ("person_year", "", minor(20_000)),
            ("household_year", "", minor(40_000)),
            ("fund_year", "", None),
        ),
    )


#: Presets by their code.
PRESETS: dict[str, Callable[[str], Preset]] = {
    "poverty-reduction-100": poverty_reduction_100,
    "drought-index": drought_index,
}

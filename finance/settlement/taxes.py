"""What is withheld: arithmetic on whole minor units, rounded half up, once.

Tax is of the payee's month, cumulatively: what the rule says of the month so far, less what was withheld already.
"""

from typing import Any

from core.money import BASIS_POINTS, share
from finance.settlement.models import TaxRule


def withheld(rule: TaxRule | None, *, before: int, now: int, already: int) -> int:
    """The tax of a statement of `now`, when `before` was earned and `already` withheld in the same month."""
    if rule is None:
        return 0
    return max(0, tax_on(rule.method, rule.table, before + now) - already)


def tax_on(method: str, table: dict[str, Any], gross: int) -> int:
    """The tax on what was earned in a month; nothing on nothing or less."""
    if gross <= 0:
        return 0
    if method == TaxRule.Method.FLAT_BP:
        return share(gross, table["bp"], rounding="half_up")
    return _tax_on_labour(table, gross)


def faults_in(method: str, table: Any) -> str:
    """What is wrong with the table of a rule; empty when nothing is."""
    if not isinstance(table, dict):
        return "not a table"
    if method == TaxRule.Method.FLAT_BP:
        return "" if _is_rate(table.get("bp")) else "bp: a rate in basis points"
    amounts = [table.get(name) for name in ("free", "less", "less_until")]
    if not all(_is_whole(amount) for amount in amounts) or not _is_rate(table.get("less_bp")):
        return "free, less, less_until, less_bp: whole numbers"
    return _faults_in_brackets(table.get("brackets"))


def _tax_on_labour(table: dict[str, Any], gross: int) -> int:
    if gross <= table["free"]:
        return 0
    # Scaled by basis points until the end, so that nothing is rounded twice.
    if gross < table["less_until"]:
        taxable = (gross - table["less"]) * BASIS_POINTS
    else:
        taxable = gross * (BASIS_POINTS - table["less_bp"])
    tax, floor = 0, 0
    for top, rate in table["brackets"]:
        ceiling = taxable if top is None else min(taxable, top * BASIS_POINTS)
        tax += max(0, ceiling - floor) * rate
        floor = max(floor, ceiling)
    scale = BASIS_POINTS * BASIS_POINTS
    return (2 * tax + scale) // (2 * scale)


def _faults_in_brackets(brackets: Any) -> str:
    if not isinstance(brackets, list) or not brackets or not all(isinstance(row, list) for row in brackets):
        return "brackets: a list of [up to, rate]"
    tops = [row[0] for row in brackets]
    if any(len(row) != 2 or not _is_rate(row[1]) for row in brackets) or tops[-1] is not None:
        return "brackets: each [up to, rate], the last without an end"
    if not all(_is_whole(top) for top in tops[:-1]) or tops[:-1] != sorted(set(tops[:-1])):
        return "brackets: from the lowest to the highest"
    return ""


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_rate(value: Any) -> bool:
    return _is_whole(value) and value <= BASIS_POINTS

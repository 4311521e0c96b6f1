"""The table at the end of a day."""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import groupby

from core.money import Money
from ecomnet.simulation.diary import Diary
from ecomnet.simulation.judgement import Ours, Verdict

Tell = Callable[[str], None]
MOST_FINDINGS = 40


def report(*, diary: Diary, ours: list[Ours], verdict: Verdict, currency: str, tell: Tell) -> None:
    """Tell what was done, what was refused, how fast it was, and what three sides say of the money."""
    _tell_counts("what people came for", diary.acts.most_common(), tell)
    _tell_counts("what companies did amiss", diary.faults.most_common(), tell)
    _tell_counts("how payments ended", Counter(payment.status for payment in ours).most_common(), tell)
    refusals = [(f"{operation}: {code}", count) for (operation, code), count in diary.refusals.most_common()]
    _tell_counts("what the system refused", refusals, tell)
    failures = [(f"HTTP {status}", count) for status, count in diary.failures.most_common()]
    _tell_counts(
        "without an answer", [("connections lost, or answers not waited for", diary.silences), *failures], tell
    )
    _tell_latencies(diary, tell)
    _tell_owed(ours, currency, tell)
    _tell_sums(verdict, currency, tell)
    for finding in verdict.findings[:MOST_FINDINGS]:
        tell(f"! {finding}")


def _tell_counts(title: str, rows: Iterable[tuple[str, int]], tell: Tell) -> None:
    rows = list(rows)
    if rows:
        tell(f"\n{title}")
        for name, count in rows:
            tell(f"  {count:6}  {name}")


def _tell_latencies(diary: Diary, tell: Tell) -> None:
    tell(f"\n{'how long it took, in ms':<34}{'times':>7}{'median':>8}{'19 of 20':>9}{'longest':>9}")
    for operation, seconds in sorted(diary.seconds.items()):
        ordered = sorted(seconds)
        parts = (ordered[len(ordered) // 2], ordered[len(ordered) * 19 // 20], ordered[-1])
        median, most, longest = (f"{part * 1000:.0f}" for part in parts)
        tell(f"  {operation:<32}{len(ordered):>7}{median:>8}{most:>9}{longest:>9}")


def _tell_owed(ours: list[Ours], currency: str, tell: Tell) -> None:
    refunds = sorted((refund.status, refund.amount) for payment in ours for refund in payment.owed)
    if refunds:
        tell("\nmoney owed back")
        for status, group in groupby(refunds, key=lambda refund: refund[0]):
            amounts = [amount for _status, amount in group]
            tell(f"  {len(amounts):6}  {status:<20}{_written(sum(amounts), currency):>14}")


def _tell_sums(verdict: Verdict, currency: str, tell: Tell) -> None:
    tell(f"\n{'passed on to':<16}{'our ledger':>14}{'their ledger':>14}{'slips':>14}")
    for company, sums in verdict.sums.items():
        mark = "" if sums.agree else "  DIFFERENT"
        sides = [f"{_written(each, currency):>14}" for each in (sums.ours, sums.theirs, sums.slips)]
        tell(f"  {company:<14}{''.join(sides)}{mark}")


def _written(minor: int, currency: str) -> str:
    return f"{Money(minor, currency)}"

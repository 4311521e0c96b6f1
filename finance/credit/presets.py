"""The scorecard to begin with: what is looked at and how many points each value earns (docs/loans.md)."""

from finance.credit.scoring import PPM, Card, CardLine, Step


def _line(code: str, block: str, most: int, reason: str, *steps: tuple[int, int], no_fact: int = 0) -> CardLine:
    """Steps are (from, points), each up to the next; the last has no end."""
    ends = [lower for lower, _points in steps[1:]]
    edges = [*ends, None]
    made = [Step(lower, upper, points) for (lower, points), upper in zip(steps, edges, strict=True)]
    return CardLine(code, block == "online", most, no_fact, reason, made)


def _share(percent: int) -> int:
    return percent * PPM // 100


def _above(percent: int) -> int:
    """The first value that is more than this share."""
    return _share(percent) + 1


FARM_V1 = Card(
    lines=[
        _line("months_active", "online", 100, "short_activity", (0, 0), (3, 30), (6, 60), (12, 100)),
        _line("turnover", "online", 180, "turnover_low", (0, 0), (PPM, 60), (2 * PPM, 120), (4 * PPM, 180)),
        _line("returns", "online", 60, "returns_many", (0, 60), (_above(5), 30), (_above(10), 0)),
        _line("bills_on_time", "online", 80, "bills_late", (0, 0), (_share(80), 40), (_share(95), 80)),
        _line("loans", "online", 120, "no_loan_history", (0, 0), (1, 40), (2, 120), no_fact=40),
        _line("recharge_months", "online", 60, "recharges_few", (0, 0), (6, 30), (10, 60)),
        _line(
            *("instalment_share", "offline", 120, "instalment_heavy"),
            *((0, 120), (_above(30), 80), (_above(50), 40), (_above(70), 0)),
        ),
        _line("proofs", "offline", 80, "proofs_few", (0, 0), (1, 40), (2, 80)),
        _line("years", "offline", 40, "short_residence", (0, 0), (2, 20), (5, 40)),
        _line("activity", "offline", 80, "activity_weak", (0, 0), (1, 20), (2, 50), (3, 80)),
        _line("references", "offline", 40, "references_few", (0, 0), (1, 20), (2, 40)),
        _line("debt_share", "offline", 40, "other_debt_high", (0, 40), (_above(50), 15), (_above(100), 0)),
    ],
    approve_from=640,
    refer_from=420,
    thin_offline_from=240,
)

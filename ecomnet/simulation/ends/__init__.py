"""Does everything that a counter began have the end that the counter knows? Each trade compares its own rows."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ecomnet.simulation.diary import Case
from ecomnet.simulation.ends import (
    books,
    calls,
    claims,
    classes,
    goods,
    health,
    loans,
    presales,
    produce,
    promotion,
    shipping,
    tutoring,
)
from ecomnet.simulation.judgement import Finding

Judge = Callable[..., Iterable[Finding]]
JUDGES: dict[str, Judge] = {
    books.BOOK: books.judge_books,
    calls.CALL: calls.judge_calls,
    claims.CLAIM: claims.judge_claims,
    classes.LESSON: classes.judge_lessons,
    goods.GOODS: goods.judge_goods,
    health.NUMBER: health.judge_numbers,
    loans.LOAN: loans.judge_loans,
    loans.NEW_PLAN: loans.judge_new_plans,
    loans.WRITE_OFF: loans.judge_write_offs,
    presales.BOXES: presales.judge_boxes,
    produce.HARVEST: produce.judge_harvests,
    promotion.TALK: promotion.judge_talks,
    shipping.SHIPMENT: shipping.judge_parcels,
    tutoring.TUTORING: tutoring.judge_lessons_of_tutors,
}


def judge_cases(cases: Sequence[Case], *, since: dt.datetime, users: Sequence[Any]) -> list[Finding]:
    """What is lost, doubled or open of what these users have begun since then."""
    return [
        finding
        for trade, judge in JUDGES.items()
        for finding in judge([case for case in cases if case.trade == trade], since=since, users=users)
    ]

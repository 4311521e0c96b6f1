"""What a package says of its learner, in the words of cmi5: status and score, from the data models of both versions.

What an H5P package reports stands in the words of SCORM 2004 (`h5p.js`).
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from education.courses.models.courses import MOST_BASIS_POINTS
from education.packages.models import ContentPackage, ScormState

_S = ScormState.Status
#: What does not fall again: the best result counts.
_RANK = {_S.INITIALIZED: 0, _S.COMPLETED: 1, _S.FAILED: 2, _S.PASSED: 3}
#: Of a score, before or after its point.
MOST_DIGITS = 20
Values = Mapping[str, object]


class Result(NamedTuple):
    """A status, and a score in basis points where the package gives one."""

    status: str
    score_bp: int | None


def result_in(standard: str, cmi: Values) -> Result:
    """What the data of a package say."""
    if standard == ContentPackage.Standard.SCORM_1_2:
        core = _part(cmi, "core")
        return Result(_status_of(str(core.get("lesson_status", ""))), _scaled(_part(core, "score")))
    score = _part(cmi, "score")
    success, completion = str(cmi.get("success_status", "")), str(cmi.get("completion_status", ""))
    word = success if success in {"passed", "failed"} else completion
    scaled = _number(score.get("scaled"))
    return Result(_status_of(word), _share(scaled) if scaled is not None else _scaled(score))


def better(one: Result, other: Result) -> Result:
    """The higher status and the higher score."""
    scores = [score for score in (one.score_bp, other.score_bp) if score is not None]
    status = max(one.status, other.status, key=lambda status: _RANK[_S(status)])
    return Result(status, max(scores, default=None))


def _status_of(word: str) -> str:
    return word if word in {_S.PASSED, _S.FAILED, _S.COMPLETED} else _S.INITIALIZED


def _scaled(score: Values) -> int | None:
    """The raw score between its least and its most; without them of a hundred."""
    raw, least, most = (_number(score.get(name)) for name in ("raw", "min", "max"))
    least, most = least or Decimal(0), most if most is not None else Decimal(100)
    return _share((raw - least) / (most - least)) if raw is not None and most > least else None


def _share(value: Decimal) -> int:
    """Basis points, rounded down; a package that says more than all or less than nothing is held to that."""
    return int(min(max(value, Decimal(0)), Decimal(1)) * MOST_BASIS_POINTS)


def _number(value: object) -> Decimal | None:
    """The number that a package says, if it is one with which somebody can count."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) <= MOST_DIGITS else None


def _part(values: Values, name: str) -> Values:
    found = values.get(name)
    return found if isinstance(found, dict) else {}

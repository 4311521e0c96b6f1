"""How answers are marked: whole points, nothing rounded before it is compared."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from education.quizzes.models import Question

BASIS_POINTS = 10_000
NUMBER = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,10})?")


class Marks(NamedTuple):
    """Points earned of those possible."""

    earned: int
    possible: int

    def passes(self, pass_mark_bp: int) -> bool:
        """Whether the share reaches the pass mark: 2 of 3 pass at 6666 and fail at 6667."""
        return self.earned * BASIS_POINTS >= pass_mark_bp * self.possible

    @property
    def score_bp(self) -> int:
        """The share in basis points, rounded half up: shown, never compared."""
        return (2 * self.earned * BASIS_POINTS + self.possible) // (2 * self.possible)


def number_in(text: str) -> Decimal | None:
    """The number that was typed, in digits of any width; None where it is none."""
    typed = unicodedata.normalize("NFKC", text).strip()
    return Decimal(typed) if NUMBER.fullmatch(typed) else None


def spelling(text: str) -> str:
    """A text as it is compared: width, case and the number of blanks do not matter."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def is_right(question: Question, value: Sequence[str]) -> bool:
    """Whether this is the answer: several options are all or nothing, a number may lie within its tolerance."""
    if question.kind in Question.CHOICES:
        return set(value) == set(question.key)
    if len(value) != 1:
        return False
    if question.kind == Question.Kind.TEXT:
        return spelling(value[0]) in {spelling(each) for each in question.key}
    given, key = number_in(value[0]), number_in(question.key[0])
    return given is not None and key is not None and abs(given - key) <= (question.tolerance or 0)


def marks_of(questions: Iterable[Question], answers: Mapping[UUID, Sequence[str]]) -> Marks:
    """The marks for these answers, by the question's id; what was not answered earns nothing."""
    known = list(questions)
    earned = sum(each.points for each in known if is_right(each, answers.get(each.pk, ())))
    return Marks(earned, sum(each.points for each in known))


def in_order_of(learner: UUID, seed: int, questions: Iterable[Question]) -> list[Question]:
    """The questions in the order of this learner: another for each, and the same each time."""

    def place(question: Question) -> bytes:
        return hashlib.sha256(f"{seed}:{learner}:{question.pk}".encode()).digest()

    return sorted(questions, key=place)

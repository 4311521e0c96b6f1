"""What was learnt in classes: the result after them less the result before, over those who have both."""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import DecimalField, F, Max, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext, ngettext

from education.courses.models import ClassRun
from education.quizzes.marks import BASIS_POINTS
from education.quizzes.models import Quiz, QuizAttempt

_P = Quiz.Purpose


#: The mean over fewer learners would tell what one of them has reached.
FEWEST = 10


class Gain(NamedTuple):
    """The mean difference in basis points, not rounded, and over how many learners."""

    mean_bp: Decimal
    learners: int

    @property
    def words(self) -> str:
        """“+23.5 points of 100, 12 learners”: rounded here alone, and nothing of few learners."""
        if self.learners < FEWEST:
            return gettext("shown from %(count)s learners with both results on") % {"count": FEWEST}
        about = {"points": f"{self.mean_bp / 100:+.1f}", "count": self.learners}
        return ngettext(
            "%(points)s of 100 points, %(count)s learner", "%(points)s of 100 points, %(count)s learners", self.learners
        ) % about  # fmt: skip


def gains_in(runs: QuerySet[ClassRun]) -> dict[str, Gain]:
    """What was learnt in these classes by the code of their course; of each learner the best results; one statement.

    Who was in several of these classes counts in each of them, and is one of the learners.
    """
    share = Cast("earned", DecimalField(max_digits=24, decimal_places=12)) * BASIS_POINTS / F("possible")
    marked = QuizAttempt.objects.filter(
        enrolment__run__in=runs.order_by().values("pk"),
        quiz__purpose__in=(_P.PRE, _P.POST),
        status__in=QuizAttempt.MARKED,
    )
    results = (
        marked.order_by()
        .values_list("enrolment__run__course__code", "enrolment", "enrolment__learner")
        .annotate(before=Max(share, filter=Q(quiz__purpose=_P.PRE)), after=Max(share, filter=Q(quiz__purpose=_P.POST)))
    )
    differences: dict[str, list[Decimal]] = defaultdict(list)
    learners: dict[str, set[UUID]] = defaultdict(set)
    for code, _enrolment, learner, before, after in results:
        if before is not None and after is not None:
            differences[code].append(after - before)
            learners[code].add(learner)
    return {code: Gain(sum(each, Decimal()) / len(each), len(learners[code])) for code, each in differences.items()}

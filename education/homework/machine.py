"""The states of homework and of what was handed in, and the verbs that move them."""

from core.state_machines import Machine
from education.homework.models import HomeworkSubmission, HomeworkTask

_T, _S = HomeworkTask.Status, HomeworkSubmission.Status

TASK = Machine(
    name="homework",
    states=_T,
    arrows={
        "withdraw_homework": frozenset({_T.SET}),
        "hand_in_homework": frozenset({_T.SET}),
        "excuse_from_homework": frozenset({_T.SET}),
    },
)

SUBMISSION = Machine(
    name="homework handed in",
    states=_S,
    arrows={
        "submit_homework": frozenset({_S.RETURNED}),
        "return_homework": frozenset(HomeworkSubmission.WAITING),
        "grade_homework": frozenset(HomeworkSubmission.WAITING),
    },
)

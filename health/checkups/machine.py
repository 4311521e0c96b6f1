"""The states of a package, a check-up, its report and an urgent result, and the verbs that move them."""

from core.state_machines import Machine
from health.checkups.models import CareTask, CheckupOrder, CheckupPackage, CheckupReport

_P, _O, _R, _T = CheckupPackage.Status, CheckupOrder.Status, CheckupReport.Status, CareTask.Status

PACKAGE = Machine(
    name="checkup_package",
    states=_P,
    arrows={
        "propose_range": frozenset({_P.DRAFT, _P.ACTIVE}),
        "approve_checkup_package": frozenset({_P.DRAFT}),
        "discard_checkup_draft": frozenset({_P.DRAFT}),
    },
)
ORDER = Machine(
    name="checkup",
    states=_O,
    arrows={
        "record_arrival": frozenset({_O.ACTIVE}),
        "record_results": frozenset({_O.ACTIVE, _O.COMPLETED}),
        "finish_order": frozenset({_O.ACTIVE}),
        "revoke_order": frozenset({_O.ACTIVE}),
    },
)
REPORT = Machine(
    name="checkup_report",
    states=_R,
    arrows={
        "release_report": frozenset({_R.PRELIMINARY, _R.AMENDED}),
        "tell_resident": frozenset({_R.FINAL, _R.AMENDED}),
    },
)
TASK = Machine(name="urgent_result", states=_T, arrows={"complete_task": frozenset({_T.REQUESTED})})

"""The states of a run and of its stops, and the verbs that move them."""

from core.state_machines import Machine
from logistics.routes.models import RouteRun, RunStop

_R, _S = RouteRun.Status, RunStop.Status

RUN = Machine(
    name="run",
    states=_R,
    arrows={
        "start_loading": frozenset({_R.PLANNED}),
        "depart_run": frozenset({_R.LOADING}),
        "finish_run": frozenset({_R.DEPARTED}),
        # The van is unloaded at the hub after it is back, too.
        "scan_run": frozenset({_R.LOADING, _R.DEPARTED, _R.FINISHED}),
        "name_exception": frozenset({_R.FINISHED}),
        "reconcile_run": frozenset({_R.FINISHED}),
        "cancel_run": frozenset({_R.PLANNED, _R.LOADING}),
    },
)
STOP = Machine(
    name="stop of a run",
    states=_S,
    arrows={
        "arrive_at_stop": frozenset({_S.PLANNED}),
        "leave_stop": frozenset({_S.ARRIVED}),
        "skip_stop": frozenset({_S.PLANNED}),
    },
)

"""The states of a roster, and the verbs that move them."""

from core.state_machines import Machine
from education.rosters.models import Roster

_S = Roster.Status

ROSTER = Machine(
    name="roster",
    states=_S,
    arrows={
        "apply_roster": frozenset({_S.CHECKED}),
        "discard_roster": frozenset({_S.CHECKED}),
    },
)

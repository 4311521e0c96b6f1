"""Every state machine: what its table does not allow is refused."""

import pytest

from core.discovery import discover
from core.errors import Refused
from core.machines import MACHINES

for _module in ("services", "machine", "machines"):
    list(discover(_module))

PAIRS = [
    pytest.param(machine, verb, state, id=f"{machine.name}-{verb}-from-{state.value}")
    for machine in MACHINES
    for verb, starts in machine.arrows.items()
    for state in machine.states
    if state.value not in starts
]


@pytest.mark.parametrize(("machine", "verb", "state"), PAIRS)
def test_a_verb_is_refused_where_its_machine_has_no_arrow(machine, verb, state):
    with pytest.raises(Refused) as refusal:
        machine.check(verb, state.value)
    assert str(refusal.value)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_arrows_start_from_states_that_exist(machine):
    assert set().union(*machine.arrows.values()) <= set(machine.states.values)
    assert set(machine.refusals) <= set(machine.arrows)
    for verb, starts in machine.arrows.items():
        for state in starts:
            machine.check(verb, state)


def test_no_two_machines_have_one_name():
    names = [machine.name for machine in MACHINES]
    assert sorted(names) == sorted(set(names))

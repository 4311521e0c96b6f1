"""Every state machine: its arrows stand between states that exist, and services ask them.

That services refuse where there is no arrow is tried in `tests/access/test_states.py`.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from core.state_machines import MACHINES, Machine
from core.web.discovery import discover
from tests.architecture import source

for _module in ("services", "machine", "machines"):
    list(discover(_module))


def module_of(path) -> Any:
    return import_module(source.named(path).removesuffix(".py").removesuffix("/__init__").replace("/", "."))


def asked_in(path) -> Iterator[tuple[Machine, str]]:
    """The arrows that a file asks: by `check`, by `allows`, as a set of states; by a verb that a helper is told."""
    for node in ast.walk(source.tree(path)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"check", "allows"}
        ):
            machine, verb = vars(module_of(path)).get(ast.unparse(node.func).rpartition(".")[0]), node.args[0]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith(".arrows"):
            machine, verb = vars(module_of(path)).get(ast.unparse(node.value).removesuffix(".arrows")), node.slice
        else:
            continue
        if isinstance(machine, Machine):
            yield from ((machine, each) for each in verbs_in(path, verb))


def verbs_in(path, verb: ast.expr) -> list[str]:
    """The verb as it stands there; every text of the file where it is given by a name."""
    if isinstance(verb, ast.Constant):
        return [verb.value]
    return [node.value for node in ast.walk(source.tree(path)) if isinstance(node, ast.Constant)]


def test_every_arrow_is_asked_by_a_service():
    asked = defaultdict(set)
    for path in source.files():
        if source.kind(path) == "services":
            for machine, verb in asked_in(path):
                asked[machine.name].add(verb)
    unasked = {machine.name: sorted(set(machine.arrows) - asked[machine.name]) for machine in MACHINES}
    assert {name: verbs for name, verbs in unasked.items() if verbs} == {}


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_arrows_start_from_states_that_exist(machine):
    assert set().union(*machine.arrows.values()) <= set(machine.states.values)
    assert set(machine.refusals) <= set(machine.arrows)


def test_no_two_machines_have_one_name():
    names = [machine.name for machine in MACHINES]
    assert sorted(names) == sorted(set(names))

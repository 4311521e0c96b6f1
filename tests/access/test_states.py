"""Every verb of the API x every state from which its machine has no arrow: the service behind it refuses.

The demonstration's things are put into the state by hand, with the rules of their table away; every try is taken back.
Anyone who tries holds the verb, so that nothing but the state stands in the way.
"""

import ast
import inspect
import logging
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import psycopg2
import pytest
from django.apps import apps
from django.db import connection, models

from core.api import VerbView
from core.fields import uuid7
from core.state_machines import Machine
from stations.models import Device
from tests.access.house import House, Tried, Visitor, line_of
from tests.access.table import IN, SEATS, VERBS
from tests.api.doors import DOORS as BUILT
from tests.architecture.refusals import meant, source_of
from tests.architecture.test_refusals import called_by
from tests.demonstration import taken_back

#: A file that was written once is handed out again whatever became of it since; a check-up that a second tablet
#: completes, too, is complete.
SAME_AGAIN = {"api/v1/payout-batches/<uuid:pk>/export/", "api/v1/checkup-orders/<uuid:pk>/finish/"}


def checks_of(service: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Machine, str]]:
    """The arrows that a service checks itself, or through a function of its module."""
    plain = inspect.unwrap(service)
    node = source_of(plain)
    if node is None or plain in above:
        return
    texts = {each.value for each in ast.walk(node) if isinstance(each, ast.Constant)}
    for call in (each for each in ast.walk(node) if isinstance(each, ast.Call)):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "check":
            machine = meant(call.func.value, plain)
            if isinstance(machine, Machine):
                verbs = {call.args[0].value} if isinstance(call.args[0], ast.Constant) else set(machine.arrows)
                yield from ((machine, verb) for verb in verbs)
        called = meant(call.func, plain)
        if inspect.isfunction(called) and called.__module__ == plain.__module__:
            told = {each.value for each in call.args if isinstance(each, ast.Constant)} or texts
            found = list(checks_of(called, (*above, plain)))
            yield from (each for each in found if len(found) == 1 or each[1] in told)


def model_of(machine: Machine) -> type[models.Model] | None:
    """The model whose states these are."""
    return next((each for each in apps.get_models() if machine.states in vars(each).values()), None)


#: Of clinical leads, doctors over the network: the table has no seat for them.
OF_CLINICAL_LEADS = {"health.propose_checkup_range", "health.approve_checkup_package"}


def is_beyond_every_seat(verb: str) -> bool:
    """A verb for what is a teacher's own, or of clinical leads: the tests of its slice try the states."""
    return verb in OF_CLINICAL_LEADS or (verb in VERBS and set(VERBS[verb].values()) <= {"-", "T"})


def tries() -> list[Any]:
    """A door, the model of the machine that is asked first, and a state from which none of its arrows starts."""
    found = []
    for door in BUILT:
        if not (door.is_api and issubclass(door.view, VerbView) and door.names and door.method == "post"):
            continue
        if door.route in SAME_AGAIN or is_beyond_every_seat(door.verb):
            continue
        for service in called_by(door.view):
            arrows = list(checks_of(service))
            model = model_of(arrows[0][0]) if arrows else None
            if model is not None:
                open_in = set().union(*(asked.arrows[verb] for asked, verb in arrows if asked is arrows[0][0]))
                states = [state.value for state in arrows[0][0].states if state.value not in open_in]
                found += [pytest.param(door, model, state, id=f"{door.route}-{state}") for state in states]
    return found


TRIES = tries()


@pytest.fixture(scope="module")
def house(own_world, template_address):
    made = House(own_world)
    name = connection.settings_dict["NAME"]
    with (
        psycopg2.connect(psycopg2.extensions.make_dsn(template_address, dbname=name)) as owner,
        owner.cursor() as cursor,
    ):
        for table in {param.values[1]._meta.db_table for param in TRIES}:
            loosen(cursor, table)
    return made


@pytest.fixture(scope="module")
def visitors():
    return {}


@pytest.mark.parametrize(("door", "model", "state"), TRIES)
def test_a_verb_is_refused_in_every_state_from_which_there_is_no_arrow(house, visitors, door, model, state, caplog):
    caplog.set_level(logging.CRITICAL)
    line = next(each for each in house.doors if each.line == line_of(door))
    visitor = visitor_of(house, visitors, line)
    with taken_back():
        put_into(model, state, house)
        headers = visitor.headers | {"Idempotency-Key": uuid7().hex}
        answer = visitor.mobile.post(line.path, line.body, "application/json", headers=headers)
    assert answer.status_code in {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}, answer.content.decode()


def visitor_of(house: House, visitors: dict[str, Visitor], line: Tried) -> Visitor:
    """Somebody whom the table of doors lets in."""
    seat = next(seat for seat in SEATS if line.cells.for_seat(seat, guard=line.guard) == IN)
    if seat.name not in visitors:
        visitors[seat.name] = Visitor(house, seat)
    return visitors[seat.name]


def put_into(model: type[models.Model], state: str, house: House) -> None:
    """Every row of the model, whatever else it says; of devices those of the story, and not the visitor's own."""
    rows = Device.objects.filter(station=house.here) if model is Device else model._base_manager.all()
    rows.update(**{"state" if hasattr(model, "state") else "status": state})


def loosen(cursor: Any, table: str) -> None:
    """Let its rows be in any state: no trigger, no check, nothing that is unique in one state."""
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'x')", [table])
    for (name,) in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table])
    for name, definition in cursor.fetchall():
        if re.search(r"UNIQUE INDEX .* WHERE ", definition):
            cursor.execute(f'DROP INDEX "{name}"')

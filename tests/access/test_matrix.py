"""Every door x everybody, against a table that people wrote: `matrix.toml`.

Doors come from the URLconf. A door that the table does not name fails, and so does a line without a door. What happens
behind a door stands elsewhere: here pages are drawn blank, and every try is taken back.
"""

import inspect
import logging

import pytest

from ecomnet.grants import GRANTS
from tests.access.blank import BLANK
from tests.access.house import House, Visitor, line_of, usual_doors
from tests.access.table import DOORS, ENDED, NOBODY, SEATS, TABLE, VERBS, WITHOUT_POST
from tests.api.doors import DOORS as BUILT

#: They try each door in every run: a door that asks for nothing lets them in.
AT_EVERY_DOOR = [NOBODY, WITHOUT_POST]
PAGES = [door for door in BUILT if not door.is_api]
#: What is known of a child, or somebody reads, is for those alone who look after them.
CHILDREN = {
    "education.read_child_file",
    "education.read_concern",
    "education.read_book_loan",
    "education.read_class_roll",
    "education.read_quiz_result",
    "education.read_package_result",
    "education.read_homework",
    "education.read_call",
    "education.read_tutoring",
    "education.read_kit_handover",
    "education.read_kit_entitlement",
    "education.read_course_certificate",
    "education.read_roster",
}


@pytest.fixture(scope="module")
def house(own_world):
    return House(own_world)


def faults_at(house, seat, settings, caplog, doors):
    """What this seat is told otherwise than the table says, in words."""
    settings.TEMPLATES = BLANK
    caplog.set_level(logging.CRITICAL)
    visitor = Visitor(house, seat)
    return "\n".join(fault for door in doors for fault in visitor.faults(door))


@pytest.mark.parametrize("seat", AT_EVERY_DOOR, ids=lambda seat: seat.name)
def test_whoever_holds_nothing_is_told_what_the_table_says_at_every_door(house, seat, settings, caplog):
    assert not faults_at(house, seat, settings, caplog, house.doors)


@pytest.mark.parametrize("seat", [*SEATS, ENDED], ids=lambda seat: seat.name)
def test_everybody_is_told_what_the_table_says(house, seat, settings, caplog):
    """Where it depends on the post and its place; a few of the doors at which it does not."""
    assert not faults_at(house, seat, settings, caplog, usual_doors(house.doors, seat))


@pytest.mark.slow
@pytest.mark.parametrize("seat", [*SEATS, ENDED], ids=lambda seat: seat.name)
def test_everybody_is_told_what_the_table_says_at_the_other_doors(house, seat, settings, caplog):
    usual = {door.line for door in usual_doors(house.doors, seat)}
    assert not faults_at(house, seat, settings, caplog, [door for door in house.doors if door.line not in usual])


def test_roles_hold_the_verbs_that_the_table_gives_them():
    """So a few closed doors stand for the others: all of them ask this one table."""
    for role, granted in GRANTS.items():
        assert {verb for verb, row in VERBS.items() if row[role] != "-"} == set(granted), role


def test_the_table_names_every_door_and_no_other():
    built = {line_of(door) for door in BUILT}
    sent = {f"POST {door.route}" for door in PAGES}
    assert sorted(built - DOORS.keys()) == []
    assert sorted(DOORS.keys() - built - sent) == []


def test_the_table_names_every_verb_and_every_role_and_no_other():
    assert set(VERBS) == set().union(*GRANTS.values())
    assert {*TABLE["roles"], *TABLE["specialists"]} == set(GRANTS)
    assert set().union(*TABLE["specialists"].values()) <= set(VERBS)
    assert {seat.role for seat in SEATS} == set(GRANTS)


def test_an_auditor_reads_everything_but_what_is_anybodys_own_and_writes_nothing():
    """Of the machine room: neither messages nor files nor answers, which are of persons; nor who goes to a doctor."""
    hidden = {"core.read_notice", "core.read_request_key", "core.read_stored_file"}
    hidden |= CHILDREN | {"health.read_appointment", "health.read_enrolment", "health.read_followup_date"}
    hidden |= {"health.read_checkup_day", "health.read_checkup_roster", "health.read_checkup_report"}
    hidden |= {
        "health.read_record",
        "health.read_fhir",
        "health.read_case",
        "health.read_consultation",
        "health.read_prescription",
        "health.read_promotion_event",
    }
    reads = {verb for verb, row in VERBS.items() if ".read_" in verb and "O" not in row.values()} - hidden
    assert {verb for verb, row in VERBS.items() if row["auditor"] != "-"} == reads


def test_every_door_asks_for_the_verb_that_the_table_says():
    """Or, where the verb stands in the address, for the one that reads the thing."""
    lines = {door: DOORS[line_of(door)] for door in BUILT}
    assert [line_of(door) for door, cells in lines.items() if door.verb not in {cells.verb, cells.reading}] == []


def test_a_page_that_only_reads_has_a_line_of_its_own_for_what_is_sent_to_it():
    silent = []
    for door in PAGES:
        text = inspect.getsource(inspect.unwrap(door.view))
        takes = "POST" in text and "@require_POST" not in text
        if takes and ".read_" in DOORS[line_of(door)].verb and f"POST {door.route}" not in DOORS:
            silent.append(door.route)
    assert silent == []

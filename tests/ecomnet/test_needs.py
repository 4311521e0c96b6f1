"""What waits: each kind is shown to whoever may do it and to nobody else, with its number, its age and its place."""

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from core.access import may
from core.hooks import CONSOLES
from core.web import shell
from core.web.console import GROUPS, may_one, menu_for, needs_for
from core.web.waiting import MOST, waiting_for, waiting_of
from ecomnet.grants import GRANTS
from tests.access.blank import BLANK
from tests.access.table import VERBS

#: One login of every role in the demonstration.
STAFF = {
    "helper": "helper",
    "partner": "partner",
    "county_clerk": "clerk",
    "county_manager": "manager",
    "finance_officer": "finance",
    "credit_officer": "credit",
    "claims_assessor": "claims",
    "nurse": "nurse",
    "teacher": "teacher",
    "doctor": "doctor",
    "pharmacist": "pharmacist",
    "auditor": "auditor",
    "platform_admin": "admin",
}
NEEDS = [need for console in CONSOLES for need in console.needs]
SIGNED_IN = "signed_in"


def browser_of(user):
    client = Client()
    client.force_login(user)
    session = client.session
    session["second_factor_at"] = now().isoformat()
    session.save()
    return client


def shell_of(user, path="/"):
    request = RequestFactory().get(path)
    request.user = user
    return shell.shell(request)["shell"]


def test_every_need_names_a_verb_that_somebody_holds_and_no_two_share_a_name():
    assert len({need.name for need in NEEDS}) == len(NEEDS)
    verbs = {need.name: need.requires for need in NEEDS if need.requires != SIGNED_IN}
    assert [name for name, verb in verbs.items() if verb not in VERBS] == []
    assert [name for name, verb in verbs.items() if not any(verb in held for held in GRANTS.values())] == []
    assert [verb for need in NEEDS for verb in need.acts if verb not in VERBS] == []


@pytest.mark.parametrize("role", STAFF)
def test_whoever_may_do_a_thing_sees_that_it_waits_and_nobody_else(world, role):
    user = world.user(STAFF[role])
    shown = {need.name for need in needs_for(user)}
    held = [need for need in NEEDS if need.requires == SIGNED_IN or need.requires in GRANTS[role]]
    assert shown == {need.name for need in held if not need.acts or set(need.acts) & GRANTS[role]}


@pytest.mark.parametrize("role", STAFF)
def test_what_waits_can_be_opened_by_whoever_it_waits_for(world, role, settings):
    settings.TEMPLATES = BLANK
    user = world.user(STAFF[role])
    browser = browser_of(user)
    answers = {need.name: browser.get(need.href).status_code for need in needs_for(user)}
    assert {name: status for name, status in answers.items() if status != 200} == {}


@pytest.mark.parametrize("role", STAFF)
def test_all_that_waits_is_one_statement_and_says_how_many_and_since_when(world, role):
    user, at = world.user(STAFF[role]), now()
    assert may(user, SIGNED_IN)
    needs = needs_for(user)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = waiting_of(needs, user, at=at)
    assert len(queries) <= 1
    counted = {waits.need.name: waits.count for waits in found}
    rows = {need.name: min(need.rows(user=user, at=at).count(), MOST) for need in needs}
    assert counted == {name: number for name, number in rows.items() if number}
    assert [waits.since for waits in found] == sorted(waits.since for waits in found)


@pytest.mark.parametrize("role", STAFF)
def test_the_badges_of_the_menu_add_up_to_what_waits(world, role):
    user = world.user(STAFF[role])
    waiting = {waits.need.name: waits.count for waits in waiting_for(user, at=now())}
    shown = shell_of(user)
    assert sum(group.count for group in shown.menu) == sum(waiting.values())
    assert shown.unread == waiting.get(shell.UNREAD, 0)


@pytest.mark.parametrize("role", STAFF)
def test_the_menu_offers_what_the_reader_may_open_in_the_order_of_the_groups(world, role, settings):
    settings.TEMPLATES = BLANK
    user = world.user(STAFF[role])
    browser = browser_of(user)
    entries = list(menu_for(user))
    assert {entry.label for entry, _href in entries} == {
        entry.label for console in CONSOLES for entry in console.menu if may_one(user, entry.requires)
    }
    order = [list(GROUPS).index(entry.group) for entry, _href in entries]
    assert order == sorted(order)
    answers = {href: browser.get(href, follow=True).status_code for _entry, href in entries}
    assert {href: status for href, status in answers.items() if status != 200} == {}


def test_the_page_that_is_shown_is_marked_and_its_group_stands_open(world):
    shown = shell_of(world.user("finance"), "/finance/payments/")
    current = [link for group in shown.menu for link in group.links if link.current]
    assert [link.href for link in current] == ["/finance/payments/"]
    assert [group.code for group in shown.menu if group.is_open] == ["money"]
    assert shell_of(world.user("finance"), "/").at_home

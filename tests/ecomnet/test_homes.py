"""The homes: figures, what waits and a trend for every role, light on the wire and on the database."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from core.csv_cells import without_guard
from core.hooks import CONSOLES
from core.web.console import may_one
from ecomnet.homes import COUNTER_TREND, HOMES, WAITING
from stations.models import Service, StationService
from stations.network.services import pause_service
from tests.ecomnet.test_needs import STAFF, browser_of

DESKS = {role: name for role, name in STAFF.items() if role in HOMES}
#: Statements of a home, those of the session and of the reader among them; bytes on the wire.
MOST_STATEMENTS, MOST_BYTES = 12, 12_000
FIGURES = {figure.name: figure for console in CONSOLES for figure in console.figures}
NEEDS = {need.name: need for console in CONSOLES for need in console.needs}
TRENDS = {trend.name: trend for console in CONSOLES for trend in console.trends}


def opened(user):
    """The home of this user, opened before so that nothing is made ready while it is measured."""
    browser = browser_of(user)
    browser.get("/")
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get("/", headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    return answer, [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


@pytest.mark.parametrize("role", STAFF)
def test_a_home_takes_few_statements_and_few_bytes(world, role):
    user = world.user(STAFF[role])
    for language in ("en", "zh-hans"):
        type(user).objects.filter(pk=user.pk).update(language=language)
        answer, statements = opened(user)
        assert len(statements) <= MOST_STATEMENTS, "\n".join(each[:150] for each in statements)
        assert len(answer.content) <= MOST_BYTES


@pytest.mark.parametrize("role", DESKS)
def test_a_home_shows_four_figures_that_its_role_may_see_each_a_link_that_opens(world, role):
    user = world.user(DESKS[role])
    browser = browser_of(user)
    desk = browser.get("/").context["desk"]
    assert len(desk.figures) == 4
    assert desk.place
    assert {
        name for name in HOMES[role].figures if name != WAITING and not may_one(user, FIGURES[name].requires)
    } == set()
    for each in desk.figures:
        assert each.href.startswith("#") or browser.get(each.href).status_code == 200, each


@pytest.mark.parametrize("role", STAFF)
def test_what_waits_stands_first_on_the_home_oldest_first(world, role):
    page = browser_of(world.user(STAFF[role])).get("/")
    needs = page.context["desk"].needs if role in DESKS else page.context["needs"]
    assert [waits.since for waits in needs] == sorted(waits.since for waits in needs)
    shown = page.content.decode()
    for waits in needs:
        assert waits.need.href.partition("?")[0] in shown
    if needs:
        later = [shown.index(part) for part in ('class="tiles', 'class="figures', 'class="chart') if part in shown]
        assert shown.index('id="needs"') < min(later)
    assert shown.partition("<main")[2].partition("<details")[0].count('class="tile"') <= 12


@pytest.mark.parametrize("role", STAFF)
def test_the_file_of_the_trend_has_the_rows_of_its_table(world, role):
    browser = browser_of(world.user(STAFF[role]))
    page = browser.get("/")
    shown = page.context["desk"].trend if role in DESKS else page.context["trend"]
    answer = browser.get(reverse("home_trend"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == [str(shown.period), *map(str, shown.columns)]
    read = [[without_guard(cell) for cell in row] for row in rows[1:]]
    assert read == [[str(label), *map(str, cells)] for label, cells in zip(shown.labels, shown.rows, strict=True)]


def test_the_stations_that_are_worst_off_stand_on_the_home_as_their_list_shows_them(world):
    for name in ("clerk", "manager"):
        browser = browser_of(world.user(name))
        board = browser.get("/").context["desk"].board
        listed = browser.get(board.href)
        assert board.rows
        assert {row.href for row in board.rows} <= {row.href for row in listed.context["list"].rows}


def test_every_figure_and_board_stands_on_a_home_and_every_trend_of_a_home_is_registered():
    names = [figure.name for console in CONSOLES for figure in console.figures]
    assert len(names) == len(set(names))
    assert {name for home in HOMES.values() for name in home.figures} - {WAITING} == set(names)
    assert {home.trend for home in HOMES.values()} | {COUNTER_TREND} <= set(TRENDS)
    boards = [board.name for console in CONSOLES for board in console.boards]
    assert sorted(home.board for home in HOMES.values() if home.board) == sorted(boards)


def test_somebody_without_a_post_is_told_whom_to_ask(world):
    user = world.user("helper")
    user.posts.update(to_at="2026-01-02T00:00Z", from_at="2026-01-01T00:00Z")
    page = browser_of(user).get("/")
    assert page.context["desk"].figures == []
    assert browser_of(user).get(reverse("home_trend")).status_code == 302


def test_the_counter_has_a_button_for_each_service_that_its_station_offers_and_says_why_one_is_not_open(world):
    partner = world.user("partner")
    paused = Service.objects.get(code="library")
    pause_service(service=paused, division=None, actor=world.user("manager"), at=now(), reason="盘点")
    page = browser_of(partner).get("/")
    station = page.context["counter"].station
    offered = set(StationService.objects.filter(station=station).values_list("service__code", flat=True))
    shown = {entry.service: (entry.href, reason) for entry, reason in page.context["counter"].services}
    assert (
        {
            "bill_payment",
            "parcel_pickup",
            "goods_order",
            "produce_intake",
            "library",
            "super_classroom",
            "parent_hotline",
            "school_supplies",
        }
        <= set(shown)
        <= offered
    )
    open_now = {service for service, (_, reason) in shown.items() if not reason}
    assert open_now == set(shown) - {"library"}
    assert all(browser_of(partner).get(shown[service][0]).status_code == 200 for service in open_now)
    assert "盘点" in page.content.decode()


#: What a home says that no list of its reader counts or adds up, with the reason; its link explains it.
OF_NO_LIST = {
    "hotlines.silent": "the children are read by their station alone; a county sees the number by month",
    "scores.median": "a median",
    "payouts.due": "what payees are owed stands on their accounts; batches say what is being paid of it",
    "courses.learners": "who they are is for their stations alone; a teacher sees the lessons",
    "courses.checked": "a date",
    "ledger.last_run": "an instant",
    "settlement.closed": "a date",
}


def test_each_figure_of_a_home_is_what_the_list_behind_it_counts_or_adds_up(world):
    differ, asked = {}, set()
    for role, home in HOMES.items():
        browser = browser_of(world.user(DESKS[role]))
        figures = browser.get("/").context["desk"].figures
        for figure in (FIGURES[name] for name in home.figures if name not in {WAITING, *OF_NO_LIST}):
            asked.add(figure.name)
            said = next(each for each in figures if each.label == figure.label)
            stands = what_stands_on(browser.get(figure.href).context)
            if not stands & {str(said.value), str(said.detail)}:
                differ[role, figure.name] = (said.value, said.detail, stands)
    assert differ == {}
    assert asked | set(OF_NO_LIST) == set(FIGURES)


def test_the_counter_opens_exactly_the_payments_without_an_answer_that_it_counts_whatever_their_day(world):
    browser = browser_of(world.user("partner"))
    page = browser.get("/")
    href = reverse("payments:payments") + "?state=undecided"
    assert f'href="{href}"' in page.content.decode()
    assert page.context["undecided"] == browser.get(href).context["list"].count
    assert FIGURES["payments.undecided"].href == NEEDS["payments.undecided"].href == href


def what_stands_on(page):
    """The number of rows of a list, or of one of the administration, and their sum."""
    if "cl" in page:
        return {f"{page['cl'].result_count:,}"}
    return {f"{page['list'].count:,}", page["list"].sums or "0"}

"""The administration by model x everybody: who opens a table, which rows stand in it, who writes; by `matrix.toml`."""

import re

import pytest
from django.contrib import admin
from django.db.models import Q
from django.test import RequestFactory

from stations.models import Division, Post, User
from tests.access.house import House
from tests.access.table import ENDED, SEATS, TABLE, WITHOUT_POST, Seat
from tests.factories.stations import UserFactory

LINE = re.compile(
    r"(?P<verb>[a-z]+\.[a-z_]+)(?P<county> in the county)?(?: via (?P<via>[a-z_ ]+?))?(?P<auditors> by auditors)?"
    r"(?P<scope> in the network| of all| of posts| of people)?(?:, (?P<how>\w+) with (?P<edit>[a-z]+\.[a-z_]+))?"
)
WRITES = {"edited": {"add", "change"}, "changed": {"change"}, "added": {"add"}, "kept": {"add", "change", "delete"}}
TABLES = {model._meta.label: (model, page) for model, page in admin.site._registry.items()}
MODELS = {label: LINE.fullmatch(text) for label, text in TABLE["administration"].items() if text != "superusers"}


@pytest.fixture(scope="module")
def house(own_world):
    return House(own_world)


def asked_by(user):
    request = RequestFactory().get("/admin/")
    request.user = user
    return request


def test_the_table_names_every_model_and_no_other():
    assert sorted(TABLES.keys() ^ TABLE["administration"].keys()) == []
    assert [label for label, line in MODELS.items() if line is None] == []


@pytest.mark.parametrize("seat", [*SEATS, WITHOUT_POST, ENDED], ids=lambda seat: seat.name)
def test_every_table_opens_to_whom_the_matrix_says_with_the_rows_within_reach(house, seat):
    request, faults = asked_by(User.objects.get(pk=house.user(seat).pk)), []
    for label, line in MODELS.items():
        model, page = TABLES[label]
        opens = seat.holds(line["verb"]) and (seat.role == "auditor" or not line["auditors"])
        opens = opens or bool(line["edit"] and seat.holds(line["edit"]))
        if page.has_view_permission(request) != opens:
            faults.append(f"{label} as {seat.name}: opens is not {opens}")
        writes = {verb for verb in ("add", "change", "delete") if getattr(page, f"has_{verb}_permission")(request)}
        if writes != should_write(line, seat):
            faults.append(f"{label} as {seat.name}: may {writes}, not {should_write(line, seat)}")
        if opens:
            shown, reached = set(keys(page.get_queryset(request))), set(keys(rows_of(model, line, seat, house)))
            if shown != reached:
                faults.append(
                    f"{label} as {seat.name}: shows {len(shown - reached)} too many, {len(reached - shown)} too few"
                )
    assert not faults, "\n".join(faults)


def keys(rows):
    return rows.order_by().values_list("pk", flat=True).distinct()


def should_write(line, seat: Seat):
    """What all of the network reads is written by a post of the network."""
    may = line["edit"] and seat.holds(line["edit"]) and seat.reach == "network"
    return WRITES[line["how"]] if may else set()


def rows_of(model, line, seat: Seat, house: House):
    """The rows that the matrix lets this seat see, found without asking the system."""
    rows = model._default_manager.all()
    if seat.reach == "network" or line["scope"] == " of all":
        return rows
    if line["scope"] == " in the network":
        return rows.none()
    station = getattr(house, seat.where)
    if line["scope"]:
        posts = Post.objects.filter(Q(station__county=station.county) | Q(division=station.county))
        return rows.filter(pk__in=posts) if line["scope"] == " of posts" else rows.filter(user__posts__in=posts)
    within = Q()
    for path in line["via"].split(" or "):
        within |= _within(model, path, line, seat, station)
    return rows.filter(within)


def _within(model, path, line, seat: Seat, station):
    if line["county"]:
        return Q(**{path: station.county}) if seat.reach == "region" else Q(pk__in=[])
    if is_division(model, path):  # what a county has, its stations read
        return Q(**{path: station.county})
    if seat.reach == "region":
        return Q(**{"county" if path == "pk" else f"{path}__county": station.county})
    return Q(**{path: station.pk})


def is_division(model, path):
    """Whether a path of relations ends in a division."""
    for name in path.split("__"):
        if name == "pk":
            return False
        model = model._meta.get_field(name).related_model
    return model is Division


def test_superusers_open_the_user_table_and_nothing_else(house):
    request = asked_by(UserFactory(is_superuser=True, is_staff=True))
    opened = {
        label
        for label, (_model, page) in TABLES.items()
        if page.has_view_permission(request)
        or page.has_change_permission(request)
        or page.has_delete_permission(request)
    }
    assert opened == {label for label, text in TABLE["administration"].items() if text == "superusers"}
    assert not TABLES["stations.User"][1].has_delete_permission(request)


def test_whoever_is_let_into_the_administration_without_a_post_sees_an_empty_house(house):
    request = asked_by(UserFactory(is_staff=True))
    assert [label for label, (_model, page) in TABLES.items() if page.has_module_permission(request)] == []

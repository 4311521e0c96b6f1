"""What rows look like as resources: the demonstration shows each type, and a batch costs as much as one row."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from health.fhir.filters import key_of
from health.fhir.table import TYPES
from health.fhir.wire import dumps


def empty_parts(value, path=""):
    """Where a resource has an empty text, list or object."""
    if value in ("", [], {}, None):
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        yield from empty_parts(each, f"{path}.{name}")


@pytest.mark.parametrize("name", TYPES)
def test_the_demonstration_shows_each_type_and_nothing_empty(world, name):
    shown = [(source, row) for source in TYPES[name].sources for row in source.rows().order_by("pk")[:40]]
    resources = [source.resource(row) for source, row in shown]
    assert {each["resourceType"] for each in resources} == {name}
    assert [list(empty_parts(each)) for each in resources if list(empty_parts(each))] == []
    assert {len(each["meta"]["versionId"]) for each in resources} == {16}
    assert [row.pk for _source, row in shown] == [key_of(name, each["id"]) for each in resources]
    assert all(dumps(each) for each in resources)


@pytest.mark.parametrize("name", TYPES)
def test_many_rows_cost_as_many_statements_as_one(world, name):
    for source in TYPES[name].sources:
        counts = set()
        for many in (1, 20):
            rows = source.rows().order_by("pk")[:many]
            with CaptureQueriesContext(connection) as asked:
                [source.resource(row) for row in rows]
            counts.add(len(asked))
        assert len(counts) == 1, source


def test_decimals_keep_their_digits():
    assert dumps({"value": Decimal("7.10"), "whole": Decimal("1E+2")}) == b'{"value":7.10,"whole":100}'

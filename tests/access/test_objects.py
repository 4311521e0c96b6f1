"""Addresses of one object: they say nothing about it, not even that it exists, to users who may not read it."""

from tests.access.house import line_of
from tests.api.doors import DOORS

#: What stands in these addresses names reference data that everybody knows.
NAMES = {
    "PAGE finance/bills/new/<str:code>/",
    "GET api/v1/billers/<str:code>/",
    "GET api/v1/fhir/<fhir_type:kind>",
}


def test_every_page_and_endpoint_of_one_object_loads_it_before_it_asks_for_the_verb():
    objects = [door for door in DOORS if door.names and door.verb not in {"public", "signed_in"}]
    early = {line_of(door) for door in objects if not getattr(door.view, "one_object", False)}
    assert early == NAMES
    assert len(objects) > 200

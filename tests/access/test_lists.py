"""Anyone who may read a noun may list it: every list of the API, tried by everybody whose post carries the verb."""

import pytest

from ecomnet.grants import GRANTS
from tests.api.doors import DOORS
from tests.factories.stations import PostFactory, StationFactory, api_client

LISTS = [door for door in DOORS if door.is_api and door.method == "get" and not door.names]
VERBS = set().union(*GRANTS.values())
EVERYBODY = {"public", "signed_in"}
OF_A_STATION = {"helper", "partner"}


def reading_of(door):
    """The verb that reads what the list is named after, where there is one: `cash-days` and `read_cash_day`.

    FHIR names its resources below its own address.
    """
    word = door.words[1] if door.words[0] == "fhir" else door.words[0]
    noun = word.replace("-", "_").removesuffix("s")
    return next((verb for verb in VERBS if verb.endswith(f".read_{noun}")), None)


@pytest.mark.parametrize("door", [door for door in LISTS if reading_of(door)], ids=lambda door: door.route)
def test_a_list_asks_for_the_verb_that_reads_its_noun(door):
    assert door.verb in {reading_of(door), *EVERYBODY}


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(GRANTS))
def test_everybody_who_may_read_a_noun_may_list_it(role):
    station = StationFactory()
    where = {"station": station} if role in OF_A_STATION else {"division": station.county}
    client = api_client(PostFactory(role=role, **({} if role == "platform_admin" else where)).user)
    asked = [door for door in LISTS if reading_of(door) in GRANTS[role] or door.verb in GRANTS[role]]
    refused = [door.route for door in asked if client.get(f"/{door.route}").status_code == 403]
    assert asked
    assert refused == []

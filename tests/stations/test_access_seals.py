"""The access log is sealed by the hour: what was changed, taken away or put in afterwards is found."""

import datetime as dt
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now

from stations.models import AccessRead, AccessSeal, AccessSealCheck
from stations.people import console
from stations.people.services import check_access_seals, log_reads, seal_access_log
from tests.factories.people import resident
from tests.factories.stations import StationFactory, UserFactory, auditor, partner_of
from tests.ledger.conftest import as_role
from tests.races import together

pytestmark = pytest.mark.usefixtures("own_database")

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@contextmanager
def with_rights_on_the_server():
    """What the application's role may never do."""
    with as_role("postgres"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor


def look(*people, created_at):
    """Rows of the log that were written at this instant."""
    reader = UserFactory()
    known = list(AccessRead.objects.values_list("pk", flat=True))
    log_reads(user=reader, people=people, what="health_record", at=created_at)
    made = AccessRead.objects.exclude(pk__in=known)
    ids = list(made.values_list("pk", flat=True))
    with with_rights_on_the_server():
        AccessRead.objects.filter(pk__in=ids).update(created_at=created_at)
    return ids


def wrong_after(change, *values, at):
    """What a check finds after a change by hand, which is undone."""
    with with_rights_on_the_server() as cursor:
        cursor.execute(change, values)
        found = check_access_seals(at=at)
        transaction.set_rollback(True)
    return [(each["hour"], each["what"]) for each in found.wrong]


def test_a_row_that_was_changed_taken_away_or_put_in_is_found_and_the_chain_tells_of_a_seal_that_was(client):
    station = StationFactory()
    people = [resident(f"张{name}", station, by=partner_of(station)) for name in "一二三"]
    start = now().replace(minute=0, second=0, microsecond=0) - 10 * HOUR
    seal_access_log(at=start + 2 * HOUR - dt.timedelta(seconds=1))
    first = look(people[0], people[1], created_at=start + HOUR + dt.timedelta(minutes=59))
    second = look(people[2], created_at=start + 3 * HOUR)
    # An hour is sealed an hour after its end, not a second before; hours without a look as well; each once.
    assert str(seal_access_log(at=start + 3 * HOUR - dt.timedelta(seconds=1))[-1]).endswith(f"{start:%H}Z")
    made = seal_access_log(at=start + 5 * HOUR)
    assert [seal.row_count for seal in made] == [2, 0, 1]
    assert seal_access_log(at=start + 5 * HOUR) == []
    at = start + 6 * HOUR
    assert (check_access_seals(at=at).wrong, AccessSealCheck.objects.get().checked) == ([], AccessSeal.objects.count())
    names = [str(seal) for seal in made]
    changed = "UPDATE stations_accessread SET person_id = %s WHERE id = %s"
    assert wrong_after(changed, people[2].pk, first[0], at=at) == [(names[0], "changed")]
    assert wrong_after("DELETE FROM stations_accessread WHERE id = %s", second[0], at=at) == [(names[2], "missing")]
    planted = (
        "INSERT INTO stations_accessread (id, created_at, updated_at, user_id, person_id, what, at)"
        " SELECT -id, created_at, updated_at, user_id, person_id, what, at FROM stations_accessread WHERE id = %s"
    )
    assert wrong_after(planted, first[0], at=at) == [(names[0], "added")]
    # With a number that nobody was given it is found as well, and keeps no later row from its seal.
    far = planted.replace("-id", "10000000000 + id")
    assert wrong_after(far, first[0], at=at) == [(names[0], "added")]
    moved = "UPDATE stations_accessread SET id = %s WHERE id = %s"
    assert wrong_after(moved, second[0] + 10**6, second[0], at=at) == [(names[2], "missing"), (names[2], "added")]
    forged = "UPDATE stations_accessseal SET digest = %s WHERE id = %s"
    assert wrong_after(forged, "0" * 64, made[0].pk, at=at) == [(names[0], "changed"), (names[1], "chain")]
    gone = "DELETE FROM stations_accessseal WHERE id = %s"
    assert wrong_after(gone, made[1].pk, at=at) == [(names[2], "chain")]
    oldest = "DELETE FROM stations_accessseal WHERE hour < %s"
    assert wrong_after(oldest, made[0].hour, at=at) == [(names[0], "chain")]
    for row in (made[0], AccessSealCheck.objects.get()):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.delete()
    # The auditor sees it on the home and in the administration; nobody else does.
    with with_rights_on_the_server() as cursor:
        cursor.execute("DELETE FROM stations_accessread WHERE id = %s", second)
    check_access_seals(at=at + HOUR)
    assert console._reads(user=auditor(), at=at + HOUR).status == "bad"
    # One that nobody has checked for long says so.
    with with_rights_on_the_server():
        AccessSealCheck.objects.update(wrong_count=0)
    with translation.override("en"):
        late = console._reads(user=auditor(), at=at + HOUR + console.CHECK_LATE_AFTER + HOUR)
    assert (late.status, "not been checked since" in late.detail) == ("bad", True)
    # So does one whose later hours nobody has sealed, although the seals were checked.
    later = made[-1].hour + console.CHECK_LATE_AFTER + HOUR
    AccessSealCheck.objects.create(at=later, checked=3)
    with translation.override("en"):
        unsealed = console._reads(user=auditor(), at=later)
    assert (unsealed.status, "not been checked since" in unsealed.detail) == ("bad", True)
    with with_rights_on_the_server() as cursor:
        cursor.execute(far, first[:1])
    third = look(people[2], created_at=later - 3 * HOUR)
    sealed = seal_access_log(at=later)
    assert [seal.last_id for seal in sealed if seal.row_count] == third
    assert console._reads(user=auditor(), at=later).status == ""
    client.force_login(partner_of(station))
    assert client.get(reverse("admin:stations_accesssealcheck_changelist")).status_code in (302, 403)


def test_what_may_be_forgotten_is_no_fault_and_an_older_hour_is_found_in_four_weeks_and_named_from_then_on(settings):
    settings.ECOMNET_KEEP_ACCESS_LOGS_DAYS = 60
    station = StationFactory()
    person = resident("张一", station, by=partner_of(station))
    start = now().replace(minute=0, second=0, microsecond=0)
    seal_access_log(at=start + 2 * HOUR)
    ids = look(person, created_at=start + HOUR + dt.timedelta(minutes=1))
    seal_access_log(at=start + 3 * HOUR)
    with with_rights_on_the_server():
        AccessRead.objects.filter(pk__in=ids).delete()
    found = [check_access_seals(at=start + (10 + night) * DAY).wrong_count for night in range(29)]
    assert (found, found[-1]) == (sorted(found), 1)
    assert check_access_seals(at=start + 7 * DAY).wrong_count == 1
    assert sum(check_access_seals(at=start + (62 + night) * DAY).wrong_count for night in range(28)) == 0


def test_two_workers_that_seal_at_once_seal_each_hour_once():
    at = now()
    seal_access_log(at=at)
    together(lambda: seal_access_log(at=at + 5 * HOUR), lambda: seal_access_log(at=at + 5 * HOUR))
    hours = list(AccessSeal.objects.order_by("hour").values_list("hour", flat=True))
    assert hours == [hours[0] + step * HOUR for step in range(6)]

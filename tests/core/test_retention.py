"""What has outlived its use is deleted; the rest stays to the second."""

import datetime as dt

import psycopg2
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.utils.timezone import now

from core.database.db import insert_row
from core.hooks import RETENTION
from core.jobs.models import Job
from core.jobs.services import enqueue
from core.models import Event, RequestKey
from core.retention import services
from core.retention.services import RetentionRule, forget_old_rows
from tests.jobs import run_jobs, try_jobs

AT = dt.datetime(2026, 11, 25, 8, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def key_of_age(age: dt.timedelta, key: str, at: dt.datetime = AT) -> None:
    insert_row(
        RequestKey, person="p", operation="o", key=key, fingerprint="f", status=200, answer={}, created_at=at - age
    )


def job_of_age(age: dt.timedelta, state: str) -> None:
    finished = None if state == "dead" else AT - age
    Job.objects.create(kind="x", dedupe_key=f"{state}{age}", run_at=AT, state=state, finished_at=finished)


@pytest.mark.django_db
def test_request_keys_are_kept_for_ninety_days():
    key_of_age(dt.timedelta(days=90), "kept")
    key_of_age(dt.timedelta(days=90) + SECOND, "old")
    assert forget_old_rows(at=AT)["core.RequestKey"] == 1
    assert RequestKey.objects.get().key == "kept"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE core_requestkey SET answer = '{}'",
        "UPDATE core_requestkey SET fingerprint = 'g'",
        "UPDATE core_requestkey SET status = 201",
        "DELETE FROM core_requestkey",
    ],
)
def test_nothing_of_what_was_answered_to_a_key_changes_and_none_is_taken_away(change):
    key_of_age(dt.timedelta(days=100), "old")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert RequestKey.objects.values("fingerprint", "status").get() == {"fingerprint": "f", "status": 200}


@pytest.mark.django_db
def test_no_setting_makes_a_young_key_forgotten(monkeypatch):
    monkeypatch.setattr(settings, "ECOMNET_KEEP_REQUEST_KEYS_DAYS", -1)
    # The database measures the age of a key by its own clock, whatever instant a job names.
    at = now()
    key_of_age(dt.timedelta(days=1), "young", at=at)
    assert forget_old_rows(at=at)["core.RequestKey"] == 0


@pytest.mark.django_db
def test_done_and_missed_jobs_are_kept_for_seven_days_and_dead_ones_until_a_person_decides():
    for state in ("done", "missed", "discarded", "dead"):
        job_of_age(dt.timedelta(days=7) + SECOND, state)
    job_of_age(dt.timedelta(days=7), "done")
    forget_old_rows(at=AT)
    assert sorted(Job.objects.values_list("state", flat=True)) == ["dead", "discarded", "done"]


@pytest.mark.django_db
def test_sessions_go_when_they_have_ended():
    Session.objects.create(session_key="ended", session_data="", expire_date=AT - SECOND)
    Session.objects.create(session_key="open", session_data="", expire_date=AT)
    forget_old_rows(at=AT)
    assert Session.objects.get().session_key == "open"


@pytest.mark.django_db
def test_many_old_rows_go_in_small_bites_over_several_runs(monkeypatch):
    monkeypatch.setattr(services, "BATCH_SIZE", 2)
    monkeypatch.setattr(services, "BATCHES", 2)
    monkeypatch.setattr(services, "RETENTION", _rules("core.RequestKey"))
    for number in range(5):
        key_of_age(dt.timedelta(days=100), f"key {number}")
    told = []
    assert forget_old_rows(at=AT, after_batch=lambda: told.append("still working"))["core.RequestKey"] == 4
    assert told == ["still working"] * 2
    assert forget_old_rows(at=AT)["core.RequestKey"] == 1
    assert forget_old_rows(at=AT)["core.RequestKey"] == 0


@pytest.mark.usefixtures("own_database")
def test_old_events_are_forgotten_by_the_owners_function_alone():
    for name in ("old", "young"):
        Event.objects.create(name=name, payload={})
    make_it_old("core_event", "old", days=401)
    assert forget_old_rows(at=dt.datetime.now(dt.UTC))["core.Event"] == 1
    assert Event.objects.get().name == "young"


@pytest.mark.usefixtures("own_database")
def test_no_setting_makes_the_owners_function_forget_what_is_young(monkeypatch):
    monkeypatch.setattr(settings, "ECOMNET_KEEP_EVENTS_DAYS", -1)
    for name in ("old", "young"):
        Event.objects.create(name=name, payload={})
    make_it_old("core_event", "old", days=91)
    forget_old_rows(at=dt.datetime.now(dt.UTC))
    assert Event.objects.get().name == "young"


@pytest.mark.usefixtures("own_database")
def test_the_owner_cannot_delete_a_young_event_either():
    Event.objects.create(name="young", payload={})
    with pytest.raises(psycopg2.errors.RestrictViolation):
        as_owner("SET ecomnet.forgetting = 'core_event'; DELETE FROM core_event")
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_forgetting_is_a_job_that_the_schedule_knows():
    Job.objects.create(kind="retention.forget_old_rows", dedupe_key="now", run_at=AT)
    assert run_jobs(AT) == 1


@pytest.mark.parametrize("kept", list(RETENTION), ids=lambda kept: kept.table)
def test_every_rule_names_a_table_a_column_with_an_index_and_a_setting(kept: RetentionRule):
    model = apps.get_model(kept.table)
    first_columns = {index.fields[0].lstrip("-") for index in model._meta.indexes if index.fields}
    field = model._meta.get_field(kept.clock)
    assert field.db_index or kept.clock in first_columns
    assert isinstance(getattr(settings, kept.setting), int | float)


def as_owner(statement: str) -> None:
    parts = psycopg2.extensions.parse_dsn(settings.ECOMNET_OWNER_DATABASE_URL) | {
        "dbname": connection.settings_dict["NAME"]
    }
    session = psycopg2.connect(**parts)
    try:
        with session, session.cursor() as cursor:
            cursor.execute(statement)
    finally:
        session.close()


def make_it_old(table: str, name: str, *, days: int) -> None:
    as_owner(
        f"ALTER TABLE {table} DISABLE TRIGGER ALL; "  # noqa: S608
        f"UPDATE {table} SET created_at = now() - interval '{days} days' WHERE name = '{name}'; "
        f"ALTER TABLE {table} ENABLE TRIGGER ALL"
    )


@pytest.mark.usefixtures("own_database")
def test_each_batch_commits_by_itself_so_that_a_later_failure_takes_nothing_back(monkeypatch):
    monkeypatch.setattr(services, "BATCH_SIZE", 2)
    for number in range(5):
        key_of_age(dt.timedelta(days=100), f"old {number}", at=now())

    def broken(**_what):
        raise ZeroDivisionError

    monkeypatch.setattr(services, "RETENTION", [*_rules("core.RequestKey"), *_rules("core.Job")])
    monkeypatch.setattr(services, "_delete_batch", broken)
    enqueue("retention.forget_old_rows", dedupe_key="hour", run_at=now())
    try_jobs(now())
    assert not RequestKey.objects.exists()
    assert Job.objects.get().state == "waiting"


def _rules(table: str) -> list[RetentionRule]:
    return [rule for rule in RETENTION if rule.table == table]

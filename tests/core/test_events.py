"""Facts for other apps: delivered once to each handler, whatever becomes of the others."""

import contextlib
import datetime as dt
from uuid import UUID

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils.module_loading import import_string

from core.events.services import gathering, publish
from core.hooks import EVENT_HANDLERS
from core.jobs.models import Job
from core.models import Event, Notice, StatusChange
from ecomnet import wiring
from tests.hooks import replace_keyed
from tests.jobs import run_jobs, try_jobs

AT = dt.datetime(2026, 11, 25, 8, 0, tzinfo=dt.UTC)
FIRST_RETRY = dt.timedelta(seconds=5)
BILL = UUID("0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001")


def remember(event):
    """A handler that is idempotent by the event's id."""
    Notice.objects.bulk_create(
        [Notice(user=BILL, language="en", template="x", dedupe_key=f"seen:{event.pk}", send_at=AT, state="shown")],
        ignore_conflicts=True,
    )


def break_down(event):
    Notice.objects.create(user=BILL, language="en", template="x", dedupe_key="half", send_at=AT, state="shown")
    raise ValueError


@pytest.fixture(autouse=True)
def _effects_of_this_test(monkeypatch):
    handlers = [f"{__name__}.break_down", f"{__name__}.remember"]
    replace_keyed(monkeypatch, EVENT_HANDLERS, {"test.bill_paid": handlers, "test.quiet": []})


@pytest.mark.django_db
def test_a_handler_that_fails_delays_no_other():
    publish("test.bill_paid", at=AT, bill=BILL)
    try_jobs(AT)
    try_jobs(AT + FIRST_RETRY)
    event = Event.objects.get()
    assert list(Notice.objects.values_list("dedupe_key", flat=True)) == [f"seen:{event.pk}"]
    assert sorted(Job.objects.values_list("kind", "state")) == [
        ("events.deliver_event", "done"),
        ("events.deliver_event", "waiting"),
        ("events.deliver_events", "done"),
    ]


@pytest.mark.django_db
def test_the_payload_is_what_was_published():
    publish("test.quiet", at=AT, bill=BILL, date=dt.date(2026, 11, 25))
    assert Event.objects.get().payload == {
        "bill": str(BILL),
        "date": "2026-11-25",
        "at": "2026-11-25T08:00:00+00:00",
    }


@pytest.mark.django_db
def test_what_one_transaction_publishes_is_one_job(monkeypatch):
    replace_keyed(monkeypatch, EVENT_HANDLERS, {"test.bill_paid": [f"{__name__}.remember"]})
    with gathering():
        publish("test.bill_paid", at=AT, bill=BILL)
        publish("test.bill_paid", at=AT, bill=BILL)
        assert not Event.objects.exists()
    assert Job.objects.get().kind == "events.deliver_events"
    run_jobs(AT)
    heard = [f"seen:{pk}" for pk in Event.objects.order_by("pk").values_list("pk", flat=True)]
    assert sorted(Notice.objects.values_list("dedupe_key", flat=True)) == sorted(heard)
    assert len(heard) == 2


@pytest.mark.django_db
def test_what_is_taken_back_is_not_published():
    with pytest.raises(ZeroDivisionError), gathering():
        publish_and_break()
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_what_was_taken_back_of_a_transaction_that_goes_on_is_not_published():
    with gathering():
        publish("test.quiet", at=AT, number=1)
        with contextlib.suppress(ZeroDivisionError):
            publish_and_break()
        publish("test.quiet", at=AT, number=2)
    assert list(Event.objects.order_by("pk").values_list("payload__number", flat=True)) == [1, 2]


@pytest.mark.django_db
def test_a_fact_that_nobody_waits_for_is_kept_and_makes_no_work():
    publish("test.quiet", at=AT)
    publish("test.unheard_of", at=AT)
    assert (Event.objects.count(), Job.objects.count()) == (2, 0)


@pytest.mark.usefixtures("own_database")
def test_a_fact_is_published_with_its_change_or_not_at_all():
    with pytest.raises(RuntimeError):
        publish("test.bill_paid", at=AT)
    with pytest.raises(ZeroDivisionError):
        publish_and_break()
    assert not Event.objects.exists()
    assert not Job.objects.exists()


@transaction.atomic
def publish_and_break():
    publish("test.bill_paid", at=AT)
    raise ZeroDivisionError


@pytest.mark.django_db
def test_a_fact_delivered_twice_is_remembered_once(monkeypatch):
    replace_keyed(monkeypatch, EVENT_HANDLERS, {"test.bill_paid": [f"{__name__}.remember"]})
    publish("test.bill_paid", at=AT)
    run_jobs(AT)
    Job.objects.update(state="waiting", finished_at=None)
    run_jobs(AT)
    assert Notice.objects.count() == 1


def test_every_effect_on_the_wiring_page_has_a_handler():
    paths = [path for handlers in wiring.EFFECTS.values() for path in handlers]
    paths += [*wiring.ANSWERS.values(), *wiring.SENDING.values(), *wiring.BODIES.values()]
    paths += [*wiring.STRAYS, *wiring.FILES, *wiring.LATE_FILES, *wiring.MESSAGES, *wiring.LOW_PREFUND]
    assert all(callable(import_string(path)) for path in paths)


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["core_event", "core_statuschange"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_history_and_outbox_only_grow(table, change):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))


@pytest.mark.django_db
def test_a_change_of_state_is_never_forgotten():
    StatusChange.objects.exists()
    with pytest.raises(IntegrityError, match="never forgotten"):
        say("SELECT forget_old_rows('core_statuschange', now(), 100)")


def say(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

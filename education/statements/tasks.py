"""Statements are collected each minute and sent in batches, outside any transaction."""

import datetime as dt
from typing import Any

from core.jobs.registry import calling_job, job
from core.jobs.runner import RunningJob
from core.jobs.services import enqueue
from education.statements import delivering, services
from education.statements.models import RecordStore
from education.statements.queries import due_to_send, stores_to_collect_for


@job("statements.collect")
def collect(payload: dict[str, Any], at: dt.datetime) -> None:
    """A job for each county that may have something to tell, and for each store that is to hear something."""
    for store in stores_to_collect_for():
        key = f"statements-of:{store.pk}:{at:%Y%m%d%H%M}"
        enqueue("statements.collect_county", dedupe_key=key, payload={"store": store.pk}, run_at=at)
    _send_what_is_due(at)


@job("statements.collect_county")
def collect_county(payload: dict[str, Any], at: dt.datetime) -> None:
    """What the county of one store has to tell: where this fails, the other counties are told of all the same."""
    store = RecordStore.objects.select_related("county").get(pk=payload["store"])
    services.collect_statements(store=store, at=at)
    _send_what_is_due(at)


def _send_what_is_due(at: dt.datetime) -> None:
    """Within one minute a store gets one job, however often this is asked."""
    for store in due_to_send(at):
        key = f"statements:{store.pk}:{at:%Y%m%d%H%M}"
        enqueue("statements.send", dedupe_key=key, payload={"store": store.pk}, run_at=at)


@calling_job("statements.send")
def send(running: RunningJob) -> None:
    """The next batch of a store, and the one after it as long as each is full and accepted."""
    store = RecordStore.objects.get(pk=running.payload["store"])
    batch = services.begin_batch(store=store, at=running.at)
    if batch is None:
        with running.finishing():
            return
    sent = delivering.send(batch)
    with running.finishing() as at:
        if services.end_batch(batch=batch, sent=sent, at=at):
            running.retry_in(0)

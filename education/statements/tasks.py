"""Statements are collected each minute and sent in batches, outside any transaction."""

import datetime as dt
from typing import Any

from core.jobs.registry import calling_job, job
from core.jobs.runner import RunningJob
from core.jobs.services import enqueue
from education.statements import delivering, services
from education.statements.models import RecordStore
from education.statements.queries import due_to_send


@job("statements.collect")
def collect(payload: dict[str, Any], at: dt.datetime) -> None:
    """What every county with a store has to tell, and a job for each store that is to hear something."""
    for store in RecordStore.objects.select_related("county").order_by("pk"):
        services.collect_statements(store=store, at=at)
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

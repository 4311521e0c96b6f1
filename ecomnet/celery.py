"""Celery carries two things: the signal that wakes a worker, and the beat. The work is in PostgreSQL.

    celery -A ecomnet worker --pool threads --concurrency 1 --without-gossip --without-mingle --without-heartbeat
    celery -A ecomnet beat

The hands of a worker are threads of its own (`ecomnet/worker.py`), which find work without a broker, too.
"""

import os

from celery import Celery

from ecomnet.schedule import SCHEDULE, Every

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecomnet.settings.production")

app = Celery("ecomnet", set_as_current=True)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    # Imported in a worker only, once Django is set up: the task `jobs.tick`, and the hands.
    imports=["ecomnet.worker"],
    beat_schedule={
        kind: {
            "task": "jobs.tick",
            "schedule": float(when.seconds),
            "args": [kind],
            "options": {"expires": when.seconds},
        }
        for kind, when in SCHEDULE.items()
        if isinstance(when, Every)
    },
    # In memory: a beat that starts again misses nothing, because the tick's number is in the job's dedupe key.
    beat_scheduler="celery.beat:Scheduler",
    # A worker and a beat wait for their broker for ever; the one who rings the bell never waits (`core.jobs.wake_up`).
    broker_connection_retry=True,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_connection_timeout=2.0,
    broker_transport_options={
        "socket_connect_timeout": 2.0,
        "socket_keepalive": True,
        "health_check_interval": 20,
        "visibility_timeout": 60,
    },
    task_default_queue="ecomnet",
    task_ignore_result=True,
    task_publish_retry=False,
    task_serializer="json",
    accept_content=["json"],
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_enable_remote_control=False,
    worker_prefetch_multiplier=1,
    timezone="UTC",
)

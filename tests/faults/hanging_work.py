"""Job bodies that stop in the middle, so that a test can kill their worker there. Imported by real worker processes."""

from pathlib import Path
from threading import Event as Flag

from core.jobs.registry import calling_job, job
from core.models import Event


@job("test.hang_inside")
def hang_inside(payload, at):
    """Stop in the middle of the transaction, after the effect."""
    Event.objects.create(name="test.half_done", payload={})
    Path(payload["marker"]).touch()
    Flag().wait()


@calling_job("test.hang_outside")
def hang_outside(running):
    """Stop between the call and the transaction that finishes."""
    Path(running.payload["marker"]).touch()
    Flag().wait()


@job("test.leave_trace")
def leave_trace(payload, at):
    """The same effect, without stopping."""
    Event.objects.create(name="test.trace_left", payload={})
    Path(payload["marker"]).touch()

"""A run is closed when everything that went into the van came out of it, or somebody has named what did not."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.models import StoredFile
from logistics.parcels.models import Parcel
from logistics.parcels.services import Kind, ParcelBatch, Scan, Step, hub_status, report_exception
from logistics.routes.machine import RUN
from logistics.routes.models import RouteRun, RunException
from logistics.routes.queries import tally_of
from logistics.routes.services.scanning import step_out
from stations.accounts.models import User
from stations.two_persons import require_two_persons

Trouble = Parcel.Trouble


class RunDoesNotBalance(Refused):
    """Something went into the van and did not come out."""

    code = "run_does_not_balance"
    message = _("Still missing: %(missing)s. Unload it, or name what happened to it.")


class NotMissing(Refused):
    """Only what is missing is named."""

    code = "not_missing"
    message = _("%(number)s is not missing on this run.")


@refuses(WrongState, SamePerson, NotMissing, *refused_by(step_out, report_exception))
@needs_words("reason")
@transaction.atomic
def name_exception(
    *,
    run: RouteRun,
    number: str,
    kind: str,
    reason: str,
    photo: StoredFile | None = None,
    by: User,
    at: dt.datetime,
) -> RouteRun:
    """Say what happened to a parcel that a run took in and did not give out: a `RunException.Kind`.

    A lost one has ended; a damaged one (with a photo, unless it was reported before) lies at the hub, on its way back
    as before, or is back with its sender there. The driver names nothing of the own run. Refused: `wrong_state`,
    `same_person`, `not_missing`, `photo_of_damage`.
    """
    run = lock(run)
    RUN.check("name_exception", run.status)
    require_two_persons(by, run.driver_id)
    found = Parcel.objects.select_for_update(of=("self",), no_key=True).filter(run=run, number=number).first()
    if found is None:
        raise NotMissing(field="number", number=number)
    RunException.objects.create(
        run=run, parcel=found, kind=kind, reason=reason, driver=present(run.driver), named_by=by, named_at=at
    )
    if kind == RunException.Kind.LOST:
        report_exception(parcel=found, exception=Trouble.LOST, reason=reason, by=by, at=at)
        return run
    if found.exception != Trouble.DAMAGED:
        found = report_exception(parcel=found, exception=Trouble.DAMAGED, reason=reason, photo=photo, by=by, at=at)
    batch = ParcelBatch([found], by=by, at=at)
    is_back = found.status == Parcel.Status.RETURN_TO_SENDER
    step = step_out(found, run.start) if is_back else Step(Kind.ARRIVED, hub_status(run.start), run.start)
    batch.move(found, step, custodian=None if is_back else run.start, scan=Scan(at, f"exception-{run.pk}"))
    batch.write()
    return run


@refuses(WrongState, SamePerson, RunDoesNotBalance)
@transaction.atomic
def reconcile_run(*, run: RouteRun, by: User, at: dt.datetime) -> RouteRun:
    """Close a run whose scans balance; another than its driver does it.

    Refused: `wrong_state`, `same_person`, `run_does_not_balance` (with the numbers that are missing).
    """
    run = lock(run)
    RUN.check("reconcile_run", run.status)
    require_two_persons(by, run.driver_id)
    tally = tally_of(run)
    if tally.missing:
        raise RunDoesNotBalance(missing=", ".join(parcel.number for parcel in tally.missing))
    run.scanned_in, run.scanned_out, run.exceptions = tally.scanned_in, tally.scanned_out, tally.exceptions
    run.reconciled_by, run.reconciled_at = by, at
    old, run.status = run.status, RouteRun.Status.RECONCILED
    run.save()
    record_change(run, old=old, new=run.status, at=at, actor=by.pk)
    return run

"""A device becomes the screen of a class, learners open and leave their own pages on it, and it ends."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest

from core.database.db import lock
from core.days import day_in
from core.errors import refused_by, refuses
from core.history import record_change
from education.courses.models import ClassRun, Enrolment
from education.learners.models import IDLE, LONGEST_SCREEN, LearnerScreen, LearnerVisit
from education.learners.queries import seats_of
from education.learners.services.pictures import check_pictures
from education.learners.services.refusals import ClassNotRunning, ScreenClosed, ScreenNotHere
from education.safeguarding.purposes import EDUCATION_RECORD
from education.safeguarding.services import require_consent
from stations.accounts.models import Device, User
from stations.people.queries import standing_record
from stations.people.services import log_read, log_reads

#: A press is written down when the last one that was is older.
NOTED = dt.timedelta(minutes=1)


@refuses(ClassNotRunning, ScreenNotHere)
@transaction.atomic
def open_learner_screen(*, run: ClassRun, device: Device | None, by: User, at: dt.datetime) -> LearnerScreen:
    """Give a device of the station to a class; whatever it was the screen of before ends.

    Raises `ClassNotRunning`, and `ScreenNotHere` for a browser that is no device of this station.
    """
    run = lock(run)
    if run.status != ClassRun.Status.RUNNING:
        raise ClassNotRunning
    if device is None:
        raise ScreenNotHere
    device = lock(device)
    if device.station_id != run.station_id or device.state != Device.State.ACTIVE:
        raise ScreenNotHere
    for before in LearnerScreen.objects.open().filter(device=device):
        _end(before, by=by, at=at)
    made = LearnerScreen.objects.create(run=run, device=device, opened_by=by, opened_at=at)
    record_change(made, old="", new=made.Status.OPEN, at=at, actor=by.pk)
    people = [seat.enrolment.learner for seat in seats_of(run, at=at) if seat.can_open]
    log_reads(user=by, people=people, what="learner_names", at=at)
    return made


@refuses(ScreenClosed)
@transaction.atomic
def end_learner_screen(*, screen: LearnerScreen, by: User, at: dt.datetime) -> LearnerScreen:
    """Close a screen, with the page that is open on it. Raises `ScreenClosed` when it was closed before."""
    screen = lock(screen)
    if screen.ended_at is not None:
        raise ScreenClosed
    return _end(screen, by=by, at=at)


@refuses(ScreenClosed, *refused_by(check_pictures), *refused_by(require_consent))
def open_learner_page(
    *, screen: LearnerScreen, enrolment: Enrolment, tapped: Sequence[str], at: dt.datetime
) -> LearnerVisit:
    """A learner has tapped three pictures: the own page opens, and the reading is recorded.

    A page that somebody else left open on this screen ends, and so does the learner's own one on another. Raises
    `PicturesWrong` and `PicturesLocked`, of which the try stays used up, and what `require_consent` raises.
    """
    _refuse_closed(screen)
    check_pictures(learner=enrolment.learner, tapped=tapped)
    return _open_page(screen=screen, enrolment=enrolment, at=at)


@transaction.atomic
def _open_page(*, screen: LearnerScreen, enrolment: Enrolment, at: dt.datetime) -> LearnerVisit:
    screen = lock(screen)
    _refuse_closed(screen)
    enrolment = lock(enrolment)
    if enrolment.status != Enrolment.Status.ENROLLED or enrolment.run_id != screen.run_id:
        raise ScreenClosed
    today = day_in(enrolment.run.station.zone, at)
    require_consent(child=standing_record(enrolment.learner), purpose=EDUCATION_RECORD, on_date=today)
    _end_pages(screen.visits.all(), at=at)
    _end_pages(enrolment.visits.all(), at=at)
    made = LearnerVisit.objects.create(screen=screen, enrolment=enrolment, opened_at=at, seen_at=at)
    log_read(user=screen.opened_by, person=enrolment.learner, what="learner_page", at=at)
    return made


@refuses()
@transaction.atomic
def note_press(*, visit: LearnerVisit, at: dt.datetime) -> None:
    """The learner is still there; written down once a minute."""
    LearnerVisit.objects.filter(pk=visit.pk, ended_at=None, seen_at__lte=at - NOTED).update(seen_at=at)


@refuses()
@transaction.atomic
def leave_learner_page(*, visit: LearnerVisit, at: dt.datetime) -> None:
    """The learner is done; a page that was over before stays as it is."""
    _end_pages(LearnerVisit.objects.filter(pk=visit.pk), at=at)


@refuses()
@transaction.atomic
def end_left_screens(*, at: dt.datetime) -> int:
    """End pages and screens that nobody has left, with the instant until which they counted; how many."""
    pages = LearnerVisit.objects.filter(ended_at=None, seen_at__lte=at - IDLE)
    ended = pages.update(ended_at=F("seen_at") + IDLE, updated_at=at)
    screens = list(LearnerScreen.objects.open().filter(opened_at__lte=at - LONGEST_SCREEN).order_by("pk"))
    for screen in screens:
        _end(lock(screen), by=None, at=at)
    return ended + len(screens)


def _refuse_closed(screen: LearnerScreen) -> None:
    if screen.ended_at is not None:
        raise ScreenClosed


def _end(screen: LearnerScreen, *, by: User | None, at: dt.datetime) -> LearnerScreen:
    _end_pages(screen.visits.all(), at=at)
    screen.ended_at = at
    screen.save(update_fields=["ended_at", "updated_at"])
    record_change(screen, old=screen.Status.OPEN, new=screen.Status.ENDED, at=at, actor=by.pk if by else None)
    return screen


def _end_pages(visits: QuerySet[LearnerVisit], *, at: dt.datetime) -> None:
    """Those that are open end now, and those that nobody used any more when they ended."""
    going = visits.filter(ended_at=None)
    going.filter(seen_at__lte=at - IDLE).update(ended_at=F("seen_at") + IDLE, updated_at=at)
    going.filter(ended_at=None).update(ended_at=Greatest(F("seen_at"), Value(at)), updated_at=at)

"""Learners' pages: a class whose children have pictures, a tablet with an open page, and two children locked out."""

import datetime as dt

from ecomnet.demo_data.education import STORY
from ecomnet.demo_data.stations import Cast
from education.courses.models import ClassRun, Enrolment
from education.learners.models import TRIES, WRONG_ORDERS, LearnerPictures
from education.learners.services import (
    end_learner_screen,
    open_learner_page,
    open_learner_screen,
    set_learner_pictures,
)
from stations.accounts.models import Device

EMBLEMS = ("apple", "boat", "kite", "umbrella", "house")
TAPPED = ("sun", "fish", "flower")


def load_learner_pages(cast: Cast, *, at: dt.datetime) -> None:
    """The tablet of the classroom was used yesterday; today a page is open on it."""
    run = ClassRun.objects.get(station__code=STORY, status=ClassRun.Status.RUNNING, course__code="ENG2")
    helper, yesterday = cast.helpers[run.station_id], at - dt.timedelta(days=1)
    tablet = Device.objects.create(
        station=run.station, label="教室平板", registered_by=helper, registered_at=yesterday, last_seen_at=at
    )
    seated = Enrolment.objects.filter(run=run, status=Enrolment.Status.ENROLLED).order_by("requested_at", "pk")
    learners = list(seated.select_related("run__station", "learner__home_station__county")[: len(EMBLEMS)])
    for enrolment, emblem in zip(learners, EMBLEMS, strict=False):
        set_learner_pictures(enrolment=enrolment, emblem=emblem, tapped=TAPPED, by=helper, at=yesterday)
    screen = open_learner_screen(run=run, device=tablet, by=helper, at=yesterday)
    open_learner_page(screen=screen, enrolment=learners[0], tapped=TAPPED, at=yesterday)
    end_learner_screen(screen=screen, by=helper, at=yesterday + dt.timedelta(minutes=30))
    screen = open_learner_screen(run=run, device=tablet, by=helper, at=at)
    open_learner_page(screen=screen, enrolment=learners[1], tapped=TAPPED, at=at)
    LearnerPictures.objects.filter(learner=learners[-1].learner).update(tries=TRIES)
    LearnerPictures.objects.filter(learner=learners[-2].learner).update(wrong=WRONG_ORDERS)

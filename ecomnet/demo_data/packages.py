"""Content packages in each state: one that children have played, a draft and one that is closed."""

import datetime as dt
import io
import zipfile
from pathlib import Path

from django.conf import settings

from ecomnet.demo_data.education import STORY
from ecomnet.demo_data.stations import Cast
from education.courses.models import ClassRun, Enrolment
from education.packages.models import ContentPackage
from education.packages.services import (
    add_package,
    approve_package,
    block_package,
    close_package,
    offer_package,
    save_scorm_state,
    start_package,
)
from stations.accounts.models import User

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
WASH_HANDS, CROSS_THE_ROAD, WEATHER_WORDS = "wash_hands", "cross_the_road", "weather_words"
PASSED = {
    "core": {"lesson_status": "passed", "lesson_location": "4", "score": {"raw": "100", "max": "100", "min": "0"}}
}


def load_packages(cast: Cast, *, at: dt.datetime) -> None:
    """Of the class that goes on: one child has passed a package, another has begun it."""
    run = ClassRun.objects.select_related("station").get(
        station__code=STORY, status=ClassRun.Status.RUNNING, course__code="ENG2"
    )
    teacher, helper = cast.teachers[0], cast.helpers[run.station_id]
    manager = cast.managers[run.station.county_id]
    first, second, third = run.course.lessons.all()[:3]
    offered = add_package(lesson=first, file=package_zip(WASH_HANDS), by=teacher, at=at - 6 * DAY)
    offered = _approved(offered, by=manager, at=at - 6 * DAY)
    add_package(lesson=second, file=package_zip(CROSS_THE_ROAD), by=teacher, at=at - DAY)
    closed = add_package(lesson=third, file=package_zip(CROSS_THE_ROAD), by=teacher, at=at - 6 * DAY)
    closed = _approved(closed, by=manager, at=at - 6 * DAY)
    close_package(package=closed, by=teacher, at=at - 5 * DAY)
    waiting = add_package(lesson=third, file=package_zip(WEATHER_WORDS), by=teacher, at=at - 2 * DAY)
    offer_package(package=waiting, by=teacher, at=at - 2 * DAY)
    harmful = _approved(
        add_package(lesson=second, file=package_zip(WASH_HANDS), by=teacher, at=at - 6 * DAY),
        by=manager,
        at=at - 5 * DAY,
    )
    block_package(package=harmful, reason="第三步的图片不适合幼儿，请老师更换", by=manager, at=at - 3 * DAY)
    learners = Enrolment.objects.filter(run=run, status=Enrolment.Status.ENROLLED).order_by("requested_at", "pk")
    for number, enrolment in enumerate(learners.select_related("run")[:2]):
        state = start_package(enrolment=enrolment, package=offered, by=helper, at=at - 4 * DAY)
        if number == 0:
            save_scorm_state(state=state, revision=0, cmi=PASSED, by=helper, at=at - 4 * DAY + 6 * MINUTE)


def _approved(package: ContentPackage, *, by: User, at: dt.datetime) -> ContentPackage:
    """As its author offers it and the county approves it."""
    return approve_package(package=offer_package(package=package, by=package.author, at=at), by=by, at=at)


def package_zip(name: str) -> io.BytesIO:
    """One of the packages of `data/packages` as a teacher would bring it."""
    written, folder = io.BytesIO(), Path(settings.BASE_DIR, "data", "packages", name)
    with zipfile.ZipFile(written, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(file, file.relative_to(folder).as_posix())
    written.seek(0)
    return written

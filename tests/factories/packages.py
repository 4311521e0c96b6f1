"""Content packages as a teacher brings them and the county approves them, for tests."""

from django.utils.timezone import now

from ecomnet.demo_data.packages import WASH_HANDS, package_zip
from education.models import ContentPackage
from education.packages.services import add_package, approve_package, offer_package
from tests.factories.stations import PostFactory, county_manager_of


def brought(enrolment, name=WASH_HANDS, *, offered=True) -> ContentPackage:
    """A package for the first lesson of a learner’s course, approved where it is offered."""
    teacher = PostFactory(role="teacher", division=enrolment.run.station.county).user
    lesson = enrolment.run.course.lessons.all()[0]
    package = add_package(lesson=lesson, file=package_zip(name), by=teacher, at=now())
    return approved(package, enrolment.run.station.county) if offered else package


def approved(package, county) -> ContentPackage:
    """As its author offers it and a manager of the county approves it."""
    offered = offer_package(package=package, by=package.author, at=now())
    return approve_package(package=offered, by=county_manager_of(county), at=now())


def said(status, raw=None):
    """What a package of SCORM 1.2 says."""
    return {"core": {"lesson_status": status, **({"score": {"raw": raw}} if raw else {})}}

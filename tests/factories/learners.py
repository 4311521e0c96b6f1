"""Learners' pages for tests: a running class, pictures, and a browser that is a device of the station."""

import datetime as dt

from django.conf import settings
from django.test import Client
from django.utils.timezone import now

from education.courses.models import ClassRun, Enrolment
from education.learners.models import LearnerPictures, LearnerScreen
from education.learners.services import open_learner_screen, set_learner_pictures
from stations.accounts.models import Device
from stations.accounts.services.secrets import device_secret_hash
from tests.factories.education import begun, class_at, learner_of
from tests.factories.stations import DeviceFactory, StationFactory, partner_of

SUN_FISH_BOAT = ("sun", "fish", "boat")


def running_class(*, learners: int = 2) -> ClassRun:
    """A class whose first lesson goes on, with so many children who have chosen their pictures."""
    run = class_at(StationFactory())
    for enrolment in [learner_of(run) for _number in range(learners)]:
        pictures_for(enrolment)
    return begun(run).run


def pictures_for(enrolment: Enrolment, *, at: dt.datetime | None = None) -> LearnerPictures:
    """The sun, the fish and the boat, with an apple beside the name."""
    by = partner_of(enrolment.run.station)
    return set_learner_pictures(enrolment=enrolment, emblem="apple", tapped=SUN_FISH_BOAT, by=by, at=at or now())


def device_at(run: ClassRun, *, secret: str = "") -> Device:
    """A browser that somebody of the station has signed in on."""
    return DeviceFactory(station=run.station, secret_hash=device_secret_hash(secret) if secret else "")


def screen_at(run: ClassRun, *, at: dt.datetime, device: Device | None = None) -> LearnerScreen:
    """A device of the station that is the screen of this class."""
    by = partner_of(run.station)
    return open_learner_screen(run=run, device=device or device_at(run), by=by, at=at)


def browser_with(secret: str) -> Client:
    """A browser with the cookie of a device, on which nobody is signed in."""
    client = Client()
    client.cookies[settings.ECOMNET_DEVICE_COOKIE_NAME] = secret
    return client

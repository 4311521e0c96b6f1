"""Two devices at once: a child's page is open on one, and guesses at once stay five."""

import pytest
from django.utils.timezone import now

from education.learners.services import open_learner_page
from education.models import LearnerPictures, LearnerVisit
from tests.factories.learners import SUN_FISH_BOAT, running_class, screen_at
from tests.races import together

pytestmark = pytest.mark.usefixtures("own_database")


def test_a_page_opens_on_one_of_two_screens_and_guesses_at_once_stay_five():
    run = running_class()
    screens = [screen_at(run, at=now()) for _number in range(2)]
    first, second = run.enrolments.order_by("pk").select_related("run__station", "learner__home_station__county")

    def tap(screen, enrolment, tapped):
        return lambda: type(open_learner_page(screen=screen, enrolment=enrolment, tapped=tapped, at=now())).__name__

    assert together(*(tap(screen, first, SUN_FISH_BOAT) for screen in screens)) == ["LearnerVisit"] * 2
    assert LearnerVisit.objects.filter(ended_at=None).count() == 1
    guesses = together(*(tap(screens[0], second, ("kite", "ball", "tree")) for _number in range(8)))
    assert sorted(set(guesses)) == ["pictures_locked", "pictures_wrong"]
    assert guesses.count("pictures_wrong") == 4
    assert LearnerPictures.objects.get(learner=second.learner).tries == 5

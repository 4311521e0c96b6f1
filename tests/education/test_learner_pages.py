"""Learners' pages: three pictures on a device of the station, the own page alone, and no way in from elsewhere."""

import datetime as dt
import json
import uuid

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from core.events.services import publish
from core.history import changes_of
from education.courses.services import withdraw_enrolment
from education.learners import services
from education.learners.console import CONSOLE
from education.learners.display import first_name_of
from education.learners.lists import LEARNER_CLASSES
from education.learners.models import IDLE, LONGEST_SCREEN, TRIES, WRONG_ORDERS
from education.learners.queries import is_agreed, pictures_of, screen_of, seats_of, visit_on
from education.learners.whose import mark_of
from education.models import HomeworkSubmission, LearnerPictures, LearnerScreen, LearnerVisit, QuizAttempt, ScormState
from education.safeguarding.services import ConsentMissing
from stations.accounts.middleware import DEVICE
from stations.models import AccessRead, Consent, User
from stations.people.services import withdraw_consent
from tests.factories.claims import picture
from tests.factories.education import child_of, class_at, learner_of
from tests.factories.homework import task_of
from tests.factories.learners import (
    SUN_FISH_BOAT,
    browser_with,
    device_at,
    pictures_for,
    running_class,
    screen_at,
)
from tests.factories.packages import brought
from tests.factories.people import merged, resident
from tests.factories.quizzes import RAIN, quiz_of
from tests.factories.stations import DeviceFactory, StationFactory, helper_of, partner_of
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def run():
    return running_class()


def first_of(run):
    return run.enrolments.select_related("run__station__county", "learner__home_station__county").earliest("pk")


def opened(screen, enrolment, at, tapped=SUN_FISH_BOAT):
    return services.open_learner_page(screen=screen, enrolment=enrolment, tapped=tapped, at=at)


def whose(tablet):
    """What the forms of the page that is open say of their learner."""
    return tablet.get(reverse("learn:mine")).context["whose"]["learner"].value()


def test_five_wrong_orders_on_whichever_devices_lock_the_pictures_until_the_partner_unlocks_them(run):
    at, enrolment = now(), first_of(run)
    screen, other, partner = screen_at(run, at=at), screen_at(run, at=at), partner_of(run.station)
    for left in range(TRIES - 1, 0, -1):
        with pytest.raises(services.PicturesWrong) as refusal:
            opened((screen, other)[left % 2], enrolment, at, tapped=("fish", "sun", "boat"))
        assert refusal.value.params["tries_left"] == left
    for tapped in (("kite", "sun", "boat"), SUN_FISH_BOAT):
        with pytest.raises(services.PicturesLocked):
            opened(screen, enrolment, at, tapped=tapped)
    known = LearnerPictures.objects.get(learner=enrolment.learner)
    assert known.is_locked
    assert not LearnerVisit.objects.exists()
    services.unlock_learner_pictures(pictures=known, by=partner, at=at)
    with pytest.raises(services.PicturesNotLocked):
        services.unlock_learner_pictures(pictures=known, by=partner, at=at)
    assert opened(screen, enrolment, at).enrolment == enrolment
    assert AccessRead.objects.filter(person=enrolment.learner, user=screen.opened_by, what="learner_page").count() == 1
    assert b"sun" not in bytes(known.secret)
    assert {each.new for each in changes_of(known)} == {"set", "unlocked"}


def test_a_right_order_between_does_not_let_a_neighbour_guess_on_and_after_twenty_wrong_ones_they_are_chosen_anew(run):
    at, enrolment = now(), first_of(run)
    screen, partner = screen_at(run, at=at), partner_of(run.station)
    for number in range(WRONG_ORDERS):
        if number and not number % (TRIES - 1):
            opened(screen, enrolment, at)
        with pytest.raises((services.PicturesWrong, services.PicturesLocked)):
            opened(screen, enrolment, at, tapped=("fish", "sun", "boat"))
    known = LearnerPictures.objects.get(learner=enrolment.learner)
    assert (known.wrong, known.tries, known.is_locked) == (WRONG_ORDERS, TRIES - 1, True)
    with pytest.raises(services.PicturesLocked):
        opened(screen, enrolment, at)
    with pytest.raises(services.PicturesSpent):
        services.unlock_learner_pictures(pictures=known, by=partner, at=at)
    assert list(LearnerPictures.objects.locked()) == [known]
    pictures_for(enrolment, at=at)
    assert opened(screen, enrolment, at).enrolment == enrolment


def test_who_is_locked_out_waits_while_a_class_goes_on_also_under_another_record(run):
    enrolment, partner = first_of(run), partner_of(run.station)
    kept = child_of(run.station, guardian=False)
    merged(kept, enrolment.learner)
    enrolment.refresh_from_db()
    known = pictures_for(enrolment)
    LearnerPictures.objects.update(tries=TRIES)
    [need] = CONSOLE.needs
    assert known.learner == kept
    assert known in need.rows(user=partner, at=now())
    request = RequestFactory().get("/", {"state": "locked"})
    request.user = partner
    others = run.enrolments.exclude(pk=enrolment.pk)
    LearnerPictures.objects.filter(learner__in=others.values("learner")).update(tries=0)
    assert [row.locked for row in LEARNER_CLASSES.rows(request)] == [True]
    withdraw_enrolment(enrolment=enrolment, reason="搬家", by=partner, at=now())
    assert not need.rows(user=partner, at=now()).exists()


def test_a_child_whose_record_was_merged_twice_stays_on_the_screen_with_its_consent_and_its_pictures(run):
    enrolment = first_of(run)
    second, third = (child_of(run.station, guardian=False) for _each in range(2))
    merged(second, enrolment.learner)
    merged(third, second)
    enrolment.refresh_from_db()
    known = pictures_for(enrolment)
    assert (known.learner, pictures_of(enrolment.learner), is_agreed(enrolment, at=now())) == (third, known, True)
    [seat] = [each for each in seats_of(run, at=now()) if each.enrolment == enrolment]
    assert seat.can_open
    LearnerPictures.objects.filter(pk=known.pk).update(tries=TRIES)
    assert known in LearnerPictures.objects.locked_out()


def test_pictures_are_three_different_ones_and_of_a_child_whose_guardian_agrees(run):
    enrolment, partner, at = first_of(run), partner_of(run.station), now()
    for emblem, tapped in (
        ("apple", ("sun", "sun", "fish")),
        ("sun", SUN_FISH_BOAT),
        ("apple", ("sun", "fish")),
        ("apple", ("sun", "fish", "dragon")),
    ):
        with pytest.raises(services.PicturesTooEasy):
            services.set_learner_pictures(enrolment=enrolment, emblem=emblem, tapped=tapped, by=partner, at=at)
    screen = screen_at(run, at=at)
    Consent.objects.filter(person=enrolment.learner).update(given_at=at - dt.timedelta(days=400))
    with pytest.raises(ConsentMissing):
        opened(screen, enrolment, at)
    with pytest.raises(ConsentMissing):
        pictures_for(enrolment, at=at)
    assert [seat.can_open for seat in seats_of(run, at=at)].count(False) == 1


def test_a_page_ends_after_twenty_minutes_with_the_next_learner_with_the_consent_and_with_the_screen(run):
    at = now()
    first, second = run.enrolments.order_by("pk").select_related("run__station", "learner__home_station__county")
    screen, other = screen_at(run, at=at), screen_at(run, at=at)
    visit = opened(screen, first, at)
    assert visit_on(screen, at=at + IDLE - MINUTE) == visit
    assert visit_on(screen, at=at + IDLE) is None
    services.note_press(visit=visit, at=at + 5 * MINUTE)
    assert visit_on(screen, at=at + IDLE + MINUTE) == visit
    services.end_left_screens(at=at + 30 * MINUTE)
    visit.refresh_from_db()
    assert visit.ended_at == at + 5 * MINUTE + IDLE
    opened(screen, first, at + 31 * MINUTE)
    moved = opened(other, first, at + 32 * MINUTE)
    follower = opened(other, second, at + 33 * MINUTE)
    assert list(LearnerVisit.objects.filter(ended_at=None)) == [follower]
    assert moved.ended_at is None
    withdraw_consent(consent=second.consent, by=partner_of(run.station), at=now())
    run_jobs()
    assert visit_on(other, at=at + 34 * MINUTE) is None
    services.end_learner_screen(screen=other, by=partner_of(run.station), at=at + 35 * MINUTE)
    with pytest.raises(services.ScreenClosed):
        services.end_learner_screen(screen=other, by=partner_of(run.station), at=at + 35 * MINUTE)
    other.refresh_from_db()
    with pytest.raises(services.ScreenClosed):
        opened(other, first, at + 36 * MINUTE)
    assert screen_of(screen.device, at=at + LONGEST_SCREEN - MINUTE) == screen
    assert screen_of(screen.device, at=at + LONGEST_SCREEN) is None
    services.end_left_screens(at=at + LONGEST_SCREEN)
    assert not LearnerScreen.objects.open().exists()
    assert not LearnerVisit.objects.filter(ended_at=None).exists()


def test_a_screen_is_an_active_device_of_the_station_and_the_class_is_running(run):
    at, partner = now(), partner_of(run.station)
    lost, foreign = device_at(run), DeviceFactory(station=StationFactory(county=run.station.county))
    lost.state = "revoked"
    lost.save()
    for device in (None, lost, foreign):
        with pytest.raises(services.ScreenNotHere):
            services.open_learner_screen(run=run, device=device, by=partner, at=at)
    with pytest.raises(DatabaseError, match="screen_is_a_device_of_the_station"), transaction.atomic():
        LearnerScreen.objects.create(run=run, device=foreign, opened_by=partner, opened_at=at)
    planned = class_at(run.station, starts=[at + dt.timedelta(days=day) for day in (3, 10)])
    with pytest.raises(services.ClassNotRunning):
        services.open_learner_screen(run=planned, device=device_at(planned), by=partner, at=at)
    stranger = learner_of(planned)
    pictures_for(stranger)
    screen = screen_at(run, at=at)
    with pytest.raises(services.ScreenClosed):
        opened(screen, stranger, at)
    with pytest.raises(DatabaseError, match="page_is_of_a_learner_of_the_class"), transaction.atomic():
        LearnerVisit.objects.create(screen=screen, enrolment=stranger, opened_at=at, seen_at=at)
    again = services.open_learner_screen(run=run, device=screen.device, by=partner, at=at)
    assert list(LearnerScreen.objects.open()) == [again]


def test_a_child_taps_its_name_and_three_pictures_and_reaches_the_own_page_and_nobody_elses(run, client):
    first, second = run.enrolments.order_by("pk").select_related("run__station", "learner__home_station__county")
    quiz, at = quiz_of(run.course, [RAIN]), now()
    task = task_of(run.sessions.earliest("slot__starts_at"), at=at + 2 * dt.timedelta(hours=1))
    device, partner = device_at(run, secret="of-the-tablet"), partner_of(run.station)
    client.force_login(partner)
    session = client.session
    session[DEVICE] = str(device.pk)
    session.save()
    page = client.get(reverse("learners:class", args=[run.pk]))
    key = page.context["form"]["key"].value()
    paper = client.get(reverse("courses:print-class-list", args=[run.pk])).content.decode()
    assert first.learner.full_name in paper
    other_window = Client()
    other_window.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    assert other_window.get("/api/v1/me/").status_code == 200
    gone = client.post(reverse("learners:class-open", args=[run.pk]), {"key": key})
    assert gone.headers["Location"] == reverse("learn:names")
    assert "_auth_user_id" not in client.session
    assert other_window.get("/api/v1/me/").status_code == 401, "nor is the adult anywhere else in this browser"
    assert other_window.post(reverse("learners:class-open", args=[run.pk]), {"key": key}).status_code == 302
    assert browser_with("another").get(reverse("learn:names")).status_code == 404
    assert client.get(reverse("learn:names")).status_code == 404
    tablet = browser_with("of-the-tablet")
    names = tablet.get(reverse("learn:names"))
    assert (names.headers["Cache-Control"], names.headers["Refresh"][:4]) == ("no-store", "60; ")
    assert first.learner.full_name not in names.content.decode()
    assert "pictures.svg#apple" in names.content.decode()
    for enrolment, tapped in ((second, ("sun", "boat", "fish")), (first, SUN_FISH_BOAT)):
        address, before = reverse("learn:pictures", args=[enrolment.pk]), ""
        for tap in tapped:
            answer = tablet.post(address, {"tapped": before, "picture": tap})
            before = f"{before} {tap}".strip()
    assert answer.headers["Location"] == reverse("learn:mine")
    own = tablet.get(reverse("learn:mine")).content.decode()
    assert task.title in own
    assert quiz.title in own
    assert "12355" in own
    assert second.learner.full_name[1:] not in own
    mark = whose(tablet)
    begun = tablet.post(reverse("learn:quiz", args=[quiz.pk]), {"key": uuid.uuid4().hex, "learner": mark})
    attempt = QuizAttempt.objects.get()
    assert (attempt.enrolment, begun.headers["Location"]) == (first, reverse("learn:attempt", args=[attempt.pk]))
    question = f"q{quiz.questions.get().pk.hex}"
    tablet.post(begun.headers["Location"], {"key": uuid.uuid4().hex, "learner": mark, question: "1"})
    attempt.refresh_from_db()
    assert attempt.status == "passed"
    assert "100" in tablet.get(begun.headers["Location"]).content.decode()
    page_of_homework = SimpleUploadedFile("page.jpg", picture(partner, seed=3).content.read(), "image/jpeg")
    handed_in = tablet.post(
        reverse("learn:homework", args=[task.pk]),
        {"key": uuid.uuid4().hex, "learner": mark, "photo": page_of_homework},
    )
    assert (handed_in.status_code, HomeworkSubmission.objects.get().learner) == (303, first.learner)
    tablet.post(reverse("learn:leave"), {"learner": mark})
    assert tablet.get(reverse("learn:mine")).headers["Location"] == reverse("learn:names")
    assert tablet.get(reverse("learn:attempt", args=[attempt.pk])).headers["Location"] == reverse("learn:names")
    LearnerPictures.objects.filter(learner=second.learner).update(tries=0)
    opened(LearnerScreen.objects.open().get(), second, now())
    assert tablet.get(reverse("learn:attempt", args=[attempt.pk])).status_code == 404
    tablet.force_login(partner)
    assert "有人" in tablet.get(reverse("learn:mine")).content.decode()
    screen = LearnerScreen.objects.get()
    assert client.get(reverse("learners:screen", args=[screen.pk])).status_code == 302
    client.force_login(helper_of(StationFactory(county=run.station.county)))
    for name, pk in (("class", run.pk), ("screen", screen.pk), ("learner", first.pk)):
        assert client.get(reverse(f"learners:{name}", args=[pk])).status_code == 404


def test_whose_consent_is_withdrawn_is_gone_from_the_screen_at_once_and_with_the_adult_the_screen_is(run):
    first, second = run.enrolments.order_by("pk").select_related("run__station", "learner__home_station__county")
    screen = screen_at(run, at=now(), device=device_at(run, secret="of-the-tablet"))
    tablet, name = browser_with("of-the-tablet"), second.learner.full_name[1:]
    opened(screen, second, now())
    assert tablet.get(reverse("learn:mine")).status_code == 200
    withdraw_consent(consent=second.consent, by=partner_of(run.station), at=now())
    assert tablet.get(reverse("learn:mine")).headers["Location"] == reverse("learn:names")
    assert name not in tablet.get(reverse("learn:names")).content.decode()
    assert tablet.get(reverse("learn:pictures", args=[second.pk])).headers["Location"] == reverse("learn:names")
    opened(screen, first, now())
    assert tablet.get(reverse("learn:mine")).status_code == 200
    User.objects.filter(pk=screen.opened_by_id).update(is_active=False)
    assert tablet.get(reverse("learn:mine")).status_code == 404


def test_a_package_is_played_and_saved_on_the_own_page(run):
    first, second = run.enrolments.order_by("pk").select_related("run__station", "learner__home_station__county")
    package = brought(first)
    screen = screen_at(run, at=now(), device=device_at(run, secret="of-the-tablet"))
    opened(screen, first, now())
    tablet = browser_with("of-the-tablet")
    begun = tablet.post(reverse("learn:play", args=[package.pk]), {"key": uuid.uuid4().hex, "learner": whose(tablet)})
    state = ScormState.objects.get()
    page = tablet.get(begun.headers["Location"])
    save = reverse("learn:save", args=[state.pk])
    assert save in page.content.decode()
    assert "frame-src http://content" in page.headers["Content-Security-Policy"]
    said = json.dumps({"revision": 0, "cmi": {"core": {"lesson_status": "completed"}}})
    key = {"Idempotency-Key": uuid.uuid4().hex}
    answers = [tablet.post(save, said, content_type="application/json", headers=key) for _twice in range(2)]
    assert [each.json() for each in answers] == [{"revision": 1}] * 2
    late = tablet.post(save, said, content_type="application/json", headers={"Idempotency-Key": uuid.uuid4().hex})
    assert (late.status_code, late.json()["code"]) == (409, "state_outdated")
    half, deep = '{"revision": 1, "cmi": {"a": "\\ud83d"}}', '{"revision": 1, "cmi": ' + '{"a":' * 300 + "1" + "}" * 301
    for wrong in ("no json", half, deep):
        new = {"Idempotency-Key": uuid.uuid4().hex}
        assert tablet.post(save, wrong, content_type="application/json", headers=new).status_code == 400
    services.leave_learner_page(visit=LearnerVisit.objects.get(), at=now())
    over = tablet.post(save, said, content_type="application/json", headers=key)
    assert (over.status_code, over.json()["code"]) == (409, "learner_screen_closed")
    opened(screen, second, now())
    assert tablet.post(save, said, content_type="application/json", headers=key).status_code == 404


def test_what_the_learner_before_left_open_in_another_window_is_not_stored_under_the_next(run):
    first, second = run.enrolments.order_by("pk").select_related("run__station", "learner__home_station__county")
    quiz, package = quiz_of(run.course, [RAIN]), brought(first)
    task = task_of(run.sessions.earliest("slot__starts_at"), at=now() + 2 * dt.timedelta(hours=1))
    screen = screen_at(run, at=now(), device=device_at(run, secret="of-the-tablet"))
    opened(screen, first, now())
    tablet = browser_with("of-the-tablet")
    homework = reverse("learn:homework", args=[task.pk])
    left = tablet.get(homework)
    mark = left.context["whose"]["learner"].value()
    assert f'name="learner" value="{mark}"' in left.content.decode()
    after = opened(screen, second, now())
    photo = picture(partner_of(run.station), seed=4).content.read()
    addresses = [reverse("learn:leave"), homework, reverse("learn:quiz", args=[quiz.pk])]
    for address in (*addresses, reverse("learn:play", args=[package.pk])):
        for said in (mark, "", f"{mark}0", mark_of(after).replace(":", "_")):
            file = SimpleUploadedFile("page.jpg", photo, "image/jpeg")
            answer = tablet.post(address, {"key": uuid.uuid4().hex, "learner": said, "photo": file})
            assert answer.status_code == 409, address
            assert "刚才" in answer.content.decode()
    assert not HomeworkSubmission.objects.exists()
    assert not QuizAttempt.objects.exists()
    assert not ScormState.objects.exists()
    assert visit_on(screen, at=now()) == after
    file = SimpleUploadedFile("page.jpg", photo, "image/jpeg")
    tablet.post(homework, {"key": uuid.uuid4().hex, "learner": whose(tablet), "photo": file})
    assert HomeworkSubmission.objects.get().learner == second.learner


def test_whoever_is_erased_leaves_no_pictures_and_names_are_those_that_the_class_calls(run):
    enrolment = first_of(run)
    publish("stations.person_erased", at=now(), person=str(enrolment.learner_id), station=0, county=0)
    run_jobs()
    assert LearnerPictures.objects.count() == 1
    names = {"王小明": "小明", "欧阳娜": "娜", "李明": "明", "阿依古丽·买买提": "阿依古丽", "Maria Lopez": "Maria"}
    people = {name: resident(name, run.station) for name in names}
    assert {name: first_name_of(each, {"欧阳"}) for name, each in people.items()} == names


def test_the_names_of_a_class_ask_as_many_statements_for_many_as_for_few(run):
    with CaptureQueriesContext(connection) as few:
        seats_of(run, at=now())
    for _number in range(4):
        pictures_for(learner_of(run))
    with CaptureQueriesContext(connection) as many:
        assert len([seat for seat in seats_of(run, at=now()) if seat.can_open]) == 6
    assert len(many) == len(few) == 4

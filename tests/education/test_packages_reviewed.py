"""Content packages: approved by two people, blocked where they do harm, and seen by the teacher of a class."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.errors import WrongState
from core.models import Notice
from ecomnet.demo_data.packages import WEATHER_WORDS
from education.courses.services import enrol_learner
from education.models import ContentPackage, PackageOutcome
from education.packages import services
from education.packages.lists import RESULTS
from education.packages.origin import player_address
from education.packages.queries import packages_of
from education.packages.services import offer_package, save_scorm_state, start_package
from education.quizzes.queries import results_of
from education.quizzes.services import start_quiz
from stations.people.models import AccessRead
from tests.factories.education import class_at, course_of, learner_of
from tests.factories.packages import brought, said
from tests.factories.quizzes import answered, quiz_of
from tests.factories.stations import (
    PostFactory,
    StationFactory,
    api_client,
    county_manager_of,
    helper_of,
    partner_of,
    platform_admin,
    send,
)

pytestmark = pytest.mark.django_db
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


@pytest.fixture
def learner():
    return learner_of(class_at(StationFactory()))


def test_a_package_is_approved_by_another_person_than_its_author_and_sent_back_with_a_reason(learner, client):
    package, county = brought(learner, offered=False), learner.run.station.county
    manager = county_manager_of(county)
    with pytest.raises(WrongState):
        services.approve_package(package=package, by=manager, at=now())
    api = f"/api/v1/content-packages/{package.pk}"
    assert send(api_client(package.author), f"{api}/offer/").json()["status"] == "in_review"
    assert send(api_client(package.author), f"{api}/approve/").status_code == 403
    refused = send(api_client(county_manager_of(county, package.author)), f"{api}/approve/")
    assert (refused.status_code, refused.json()["code"]) == (409, "same_person")
    assert send(api_client(manager), f"{api}/return/", reason="图片太模糊").json()["status"] == "draft"
    client.force_login(package.author)
    assert "图片太模糊" in client.get(reverse("packages:package", args=[package.pk])).content.decode()
    offer_package(package=package, by=package.author, at=now())
    assert send(api_client(county_manager_of(StationFactory().county)), f"{api}/approve/").status_code == 404
    assert send(api_client(manager), f"{api}/approve/").json()["status"] == "offered"
    with pytest.raises(DatabaseError), transaction.atomic():
        ContentPackage.objects.filter(pk=package.pk).update(approved_by=package.author)


def test_a_blocked_package_is_refused_at_the_next_message_its_classes_are_told_why_and_another_person_opens_it(
    learner, client, settings
):
    package, station, reason = brought(learner), learner.run.station, "有不适合儿童的图片"
    manager, helper, elsewhere = county_manager_of(station.county), helper_of(station), helper_of(StationFactory())
    state = start_package(enrolment=learner, package=package, by=helper, at=now())
    host = settings.ECOMNET_CONTENT_ORIGIN.partition("://")[2]
    path = player_address(package).partition(host)[2]
    assert client.get(path, headers={"Host": host}).status_code == 200
    page = reverse("packages:package-block", args=[package.pk])
    client.force_login(manager)
    offered = client.get(reverse("packages:package", args=[package.pk])).context["page_actions"]
    [action] = [each for each in offered if each.href == page]
    client.post(page, {"key": action.form["key"].value(), "reason": reason})
    package.refresh_from_db()
    assert (package.status, package.approved_by, package.blocked_by) == ("blocked", None, manager)
    assert client.get(path, headers={"Host": host}).status_code == 404
    saved = send(api_client(helper), f"/api/v1/scorm-states/{state.pk}/save/", revision=0, cmi=said("passed"))
    assert (saved.status_code, saved.json()["code"]) == (409, "wrong_state")
    with pytest.raises(WrongState):
        start_package(enrolment=learner, package=package, by=helper, at=now())
    told = Notice.objects.filter(template="package_blocked")
    teaches = package.author
    assert {helper.pk, teaches.pk} <= set(told.values_list("user", flat=True))
    assert not told.filter(user__in=[elsewhere.pk, manager.pk]).exists()
    assert {notice.params["reason"] for notice in told} == {reason}
    client.force_login(helper)
    assert "data-player" not in client.get(reverse("packages:package", args=[package.pk])).content.decode()
    operator = platform_admin()
    address = f"/api/v1/content-packages/{package.pk}/unblock/"
    mine = send(api_client(manager), address, reason="没事")
    assert (mine.status_code, mine.json()["code"]) == (409, "same_person")
    assert send(api_client(operator), address, reason="图片已核实").json()["status"] == "offered"
    assert not Notice.objects.filter(template="package_unblocked", user=operator.pk).exists()
    assert Notice.objects.filter(template="package_unblocked", user=helper.pk).count() == 1
    assert client.get(path, headers={"Host": host}).status_code == 200


def test_time_counts_from_message_to_message_but_not_while_nobody_is_there_and_each_outcome_is_kept_once(learner):
    package, partner, at = brought(learner), partner_of(learner.run.station), now()
    state = start_package(enrolment=learner, package=package, by=partner, at=at)

    def save(cmi, after):
        return save_scorm_state(state=state, revision=state.revision, cmi=cmi, by=partner, at=at + after)

    state = save(said("failed", "40"), MINUTE)
    assert (state.seconds_spent, state.status) == (60, "failed")
    state = save(said("incomplete"), 16 * MINUTE)
    assert state.seconds_spent == 16 * 60
    state = save(said("passed", "80"), 60 * MINUTE)
    assert state.seconds_spent == 31 * 60
    state = start_package(enrolment=learner, package=package, by=partner, at=at + 10 * HOUR)
    state = save(said("passed", "90"), 10 * HOUR + 2 * MINUTE)
    assert state.seconds_spent == 33 * 60
    reached = PackageOutcome.objects.order_by("reached_at").values_list("status", "score_bp", "seconds_spent")
    assert list(reached) == [("failed", 4_000, 60), ("passed", 8_000, 31 * 60)]
    with pytest.raises(DatabaseError), transaction.atomic():
        PackageOutcome.objects.update(score_bp=10_000)


def test_a_new_device_is_told_quizzes_and_packages_of_a_learner_and_a_refused_look_is_recorded(
    learner, django_assert_num_queries
):
    station, package, quiz = learner.run.station, brought(learner), quiz_of(learner.run.course)
    helper, stranger = helper_of(station), helper_of(StationFactory())
    state = start_package(enrolment=learner, package=package, by=helper, at=now())
    save_scorm_state(state=state, revision=0, cmi=said("passed", "80"), by=helper, at=now() + MINUTE)
    answered(start_quiz(quiz=quiz, enrolment=learner, by=helper, at=now()), ["1"])
    path = f"/api/v1/learners/{learner.learner_id}/record/"
    record = api_client(helper).get(path).json()
    [told], [asked] = record["packages"], record["quizzes"]
    assert (told["enrolment"], told["title"], told["status"], told["score_bp"]) == (
        *(str(learner.pk), package.title, "passed", 8_000),
    )
    assert (asked["enrolment"], asked["quiz"], asked["attempts_left"], asked["is_satisfied"]) == (
        *(str(learner.pk), str(quiz.pk), 2, False),
    )
    later = class_at(station, course=course_of(station.county, minutes=(40,)), starts=[now() + 5 * HOUR])
    again = enrol_learner(run=later, learner=learner.learner, by=helper, at=now())
    for each in (again.run.course, learner.run.course):
        quiz_of(each)
    with django_assert_num_queries(6):
        assert len(results_of(again, learner) + packages_of(again, learner)) == 4
    assert api_client(stranger).get(path).status_code == 404
    assert AccessRead.objects.filter(user=stranger, person=learner.learner, what="refused").count() == 1


def test_the_teacher_of_a_class_sees_who_has_opened_and_finished_what_and_nobody_of_another_class(
    learner, client, monkeypatch, django_assert_max_num_queries
):
    run, partner, at = learner.run, partner_of(learner.run.station), now()
    played, unopened = brought(learner), brought(learner, WEATHER_WORDS)
    other = learner_of(run)
    state = start_package(enrolment=learner, package=played, by=partner, at=at)
    save_scorm_state(state=state, revision=0, cmi=said("passed", "80"), by=partner, at=at + 5 * MINUTE)
    start_package(enrolment=other, package=played, by=partner, at=at)
    teacher = PostFactory(role="teacher", division=run.station.county, user__person=run.teacher).user
    stranger = PostFactory(role="teacher", division=run.station.county).user
    results = reverse("packages:results")
    client.force_login(teacher)
    client.get(results)
    with django_assert_max_num_queries(14):
        page = client.get(results)
    assert {tab.key: tab.count for tab in page.context["list"].tabs} == {
        "unopened": 2,
        "open": 1,
        "done": 1,
        "all": 4,
    }
    monkeypatch.setattr(RESULTS, "size", 3)
    older = client.get(results + client.get(results).context["list"].older).context["list"].rows
    assert len(older) == 1
    lines = b"".join(client.get(results, {"csv": "1"}).streaming_content).decode()
    [done] = [line for line in lines.splitlines() if "80" in line]
    assert played.title in done
    assert learner.learner.full_name not in lines
    assert unopened.title in lines
    told = api_client(teacher).get("/api/v1/content-package-results/", {"page_size": 3}).json()
    rest = api_client(teacher).get(told["next"]).json()["results"]
    assert (len(told["results"]), len(rest)) == (3, 1)
    listed = {(row["enrolment"], row["package"]): row for row in (*told["results"], *rest)}
    mine, theirs = listed[str(learner.pk), str(played.pk)], listed[str(other.pk), str(unopened.pk)]
    assert (mine["status"], mine["score_bp"], mine["seconds_spent"]) == ("passed", 8_000, 300)
    assert (theirs["status"], theirs["score_bp"], theirs["seconds_spent"]) == (None, None, None)
    assert learner.learner.full_name not in {row["learner_masked"] for row in listed.values()}
    address = f"/api/v1/content-package-results/{learner.pk}/"
    of_one = {row["package"]: row["status"] for row in api_client(teacher).get(address).json()}
    assert of_one == {str(played.pk): "passed", str(unopened.pk): None}
    shown = client.get(reverse("packages:learner", args=[learner.pk]))
    assert "80" in shown.content.decode()
    assert not shown.context["page_actions"]
    assert AccessRead.objects.filter(user=teacher, person=learner.learner, what="content_packages").count() == 2
    assert api_client(stranger).get("/api/v1/content-package-results/").json()["results"] == []
    assert api_client(stranger).get(address).status_code == 404
    assert AccessRead.objects.filter(user=stranger, person=learner.learner, what="refused").count() == 1
    client.force_login(stranger)
    assert client.get(results).context["list"].count == 0
    assert client.get(reverse("packages:learner", args=[learner.pk])).status_code == 404
    client.force_login(county_manager_of(run.station.county))
    assert client.get(results).status_code == 403

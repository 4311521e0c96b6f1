"""Inspections with their answers and points, and the visits that help."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.errors import WrongState
from core.forms import new_key
from stations.inspections import services
from stations.inspections.console import CONSOLE
from stations.inspections.models import Inspection, InspectionQuestion, SupportVisit
from stations.inspections.services import AnswersIncomplete, DateTooEarly
from stations.scores.services import open_warning
from tests.factories.days import today
from tests.factories.stations import StationFactory, api_client, county_manager_of, partner_of, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def manager(station):
    return county_manager_of(station.county)


def planned(station, by):
    return services.plan_inspection(station=station, inspector=by, planned_date=today(), actor=by, at=now())


def answers(**different):
    return {question.code: "yes" for question in InspectionQuestion.objects.all()} | different


def test_the_questions_weigh_a_hundred_and_speak_two_languages():
    assert sum(InspectionQuestion.objects.values_list("weight", flat=True)) == 100
    assert not InspectionQuestion.objects.filter(text_zh="").exists()


def test_points_are_the_weight_of_every_yes_of_what_applies(station, manager):
    row = planned(station, manager)
    given = answers(till_locked="no", way_in="not_here")
    done = services.finish_inspection(inspection=row, answers=given, actor=manager, at=now())
    assert done.score == 84  # 80 of 95, half up


def test_every_question_needs_an_answer(station, manager):
    row, given = planned(station, manager), answers()
    del given["till_locked"]
    with pytest.raises(AnswersIncomplete):
        services.finish_inspection(inspection=row, answers=given, actor=manager, at=now())
    nothing = dict.fromkeys(answers(), "not_here")
    with pytest.raises(AnswersIncomplete):
        services.finish_inspection(inspection=row, answers=nothing, actor=manager, at=now())
    assert Inspection.objects.get().status == "planned"


def test_it_is_done_or_called_off_once_and_planned_ahead(station, manager):
    row = planned(station, manager)
    services.cancel_inspection(inspection=row, actor=manager, at=now(), reason="大雪")
    with pytest.raises(WrongState):
        services.finish_inspection(inspection=row, answers=answers(), actor=manager, at=now())
    yesterday = today() - dt.timedelta(days=1)
    with pytest.raises(DateTooEarly):
        services.plan_inspection(station=station, inspector=manager, planned_date=yesterday, actor=manager, at=now())
    assert Inspection.objects.count() == 1


def test_the_doors_of_an_inspection(station, manager):
    mobile = api_client(manager)
    body = {"station": station.code, "planned_date": today().isoformat()}
    assert send(api_client(partner_of(station)), "/api/v1/inspections/", **body).status_code == 403
    stranger = api_client(county_manager_of(StationFactory().county))
    assert send(stranger, "/api/v1/inspections/", **body).status_code == 404
    made = send(mobile, "/api/v1/inspections/", **body)
    assert (made.status_code, made.json()["status"]) == (201, "planned")
    finish = f"/api/v1/inspections/{made.json()['id']}/finish/"
    assert send(stranger, finish, answers=answers()).status_code == 404
    assert send(mobile, finish, answers={"sign_outside": "yes"}).json()["code"] == "answers_incomplete"
    assert send(mobile, finish, answers=answers()).json()["score"] == 100
    assert send(mobile, finish, answers=answers()).status_code == 409
    assert len(api_client(partner_of(station)).get("/api/v1/inspections/").json()["results"]) == 1


def test_pages_plan_answer_and_show(client, station, manager):
    client.force_login(manager)
    path = f"/county/stations/{station.code}/inspection/"
    done = client.post(path, {"key": new_key(), "planned_date": today().isoformat()})
    page = done["Location"]
    typed = {f"q_{code}": answer for code, answer in answers(till_locked="no").items()}
    assert client.post(page, {"key": new_key(), "notes": "招牌褪色"}).status_code == 422
    assert client.post(page, {"key": new_key(), "notes": "招牌褪色", **typed}).status_code == 303
    assert Inspection.objects.get().score == 85
    assert "招牌褪色" in client.get(page).content.decode()
    client.force_login(partner_of(StationFactory()))
    assert client.get(page).status_code == 404


def test_a_visit_is_written_down_once(client, station, manager):
    visit = open_warning(station=station, kind="silent", figures={"days": 3}, at=now()).visit
    client.force_login(partner_of(station))
    typed = {"seen": "路由器坏了", "agreed": "县里明天换"}
    page = f"/county/visits/{visit.pk}/"
    assert client.post(page, {"key": new_key(), **typed}).status_code == 403
    client.force_login(manager)
    assert client.post(page, {"key": new_key(), **typed}).status_code == 303
    assert SupportVisit.objects.get().visitor == manager
    mobile = api_client(manager)
    assert send(mobile, f"/api/v1/support-visits/{visit.pk}/finish/", **typed).status_code == 409


def test_what_waits_at_home_leads_to_the_visits_that_are_due(client, station, manager):
    visit = open_warning(station=station, kind="silent", figures={"days": 3}, at=now()).visit
    [visits] = [need for need in CONSOLE.needs if need.name == "inspections.visits"]
    client.force_login(manager)
    assert f"/county/visits/{visit.pk}/" in client.get(visits.href).content.decode()

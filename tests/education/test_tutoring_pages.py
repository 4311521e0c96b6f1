"""Tutoring over pages and API: few presses, nobody outside reads a learner, each reading is recorded."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in
from core.money import Money
from education.models import TutoringSession
from education.tutoring.services import confirm_tutoring, finish_tutoring, fund_stipends, start_tutoring
from finance.recon.services import ExplanationUnfit, explain_by_hand
from ledger.queries import balance
from stations.models import AccessRead
from tests.factories.education import child_of, farmer_of
from tests.factories.recon import bank_lines
from tests.factories.stations import (
    StationFactory,
    api_client,
    county_clerk_of,
    county_manager_of,
    finance_officer,
    helper_of,
    partner_of,
    send,
)
from tests.factories.tutoring import DAY, booked, learner_at, lesson_at, tutor_of
from tests.finance.auditing import findings

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return StationFactory()


def browser_of(user):
    browser = Client()
    browser.force_login(user)
    session = browser.session
    session["second_factor_at"] = now().isoformat()
    session.save()
    return browser


def wish(tutor, *learners, **values):
    about = {"tutor": str(tutor.pk), "learners": [str(each.pk) for each in learners], "subject": "maths"}
    return about | {"station": learners[0].home_station.code, "mode": "remote", **values}


def reads_of(user):
    return AccessRead.objects.filter(user=user, what="tutoring").count()


def test_a_partner_books_over_the_api_once_per_key_and_a_minor_without_consent_is_403(station):
    tutor, child = tutor_of(station), learner_at(station)
    client = api_client(partner_of(station))
    body = wish(tutor, child, starts_at=lesson_at(tutor, 2).isoformat())
    made = send(client, "/api/v1/tutoring-bookings/", **body)
    assert (made.status_code, made.json()["status"], made.json()["minutes"]) == (201, "booked", 45)
    body = wish(tutor, child_of(station), starts_at=lesson_at(tutor, 3).isoformat())
    refused = send(client, "/api/v1/tutoring-bookings/", **body)
    assert (refused.status_code, refused.json()["code"]) == (403, "child_consent_missing")
    assert TutoringSession.objects.count() == 1
    key = {"HTTP_IDEMPOTENCY_KEY": "tutoring-twice-0001"}
    body = wish(tutor, child, starts_at=lesson_at(tutor, 4).isoformat())
    twice = [client.post("/api/v1/tutoring-bookings/", body, format="json", **key) for _ in range(2)]
    assert twice[0].json() == twice[1].json()
    assert TutoringSession.objects.count() == 2


def test_a_series_is_shown_and_booked_over_the_api_all_or_none(station):
    tutor, child, other = tutor_of(station), learner_at(station), learner_at(station)
    booked(tutor, other, days=9)
    client = api_client(partner_of(station))
    first = (day_in(station.zone, now()) + 2 * DAY).isoformat()
    body = wish(tutor, child, first_date=first, clock="16:00", count=3)
    shown = send(client, "/api/v1/tutoring-series/preview/", **body).json()["dates"]
    assert [each["state"] for each in shown] == ["free", "slot_full", "free"]
    chosen = [{"no": each["no"], "starts_at": each["starts_at"]} for each in shown]
    stale = send(client, "/api/v1/tutoring-series/", **body, chosen=chosen)
    assert (stale.status_code, stale.json()["code"]) == (409, "preview_stale")
    chosen[1]["starts_at"] = shown[1]["alternatives"][0]
    made = send(client, "/api/v1/tutoring-series/", **body, chosen=chosen)
    assert (made.status_code, len(made.json()["lessons"])) == (201, 3)


def test_a_lesson_goes_from_begun_to_ended_over_the_api_and_nobody_else_touches_it(station):
    tutor, learner = tutor_of(station), farmer_of(station)
    session = booked(tutor, learner)
    path = f"/api/v1/tutoring-sessions/{session.pk}"
    for stranger in (partner_of(StationFactory()), county_manager_of(station.county), tutor_of(station).login):
        assert send(api_client(stranger), f"{path}/cancel/", side="station", reason="x").status_code in {403, 404}
    assert send(api_client(helper_of(station)), f"{path}/start/").json()["code"] == "tutoring_not_now"
    assert send(api_client(helper_of(station)), f"{path}/finish/", present=[str(learner.pk)]).status_code == 403
    late = send(api_client(tutor.login), f"{path}/finish/", present=[str(learner.pk)])
    assert late.json()["code"] == "wrong_state"
    gone = send(api_client(tutor.login), f"{path}/cancel/", side="resident", reason="生病")
    assert (gone.status_code, gone.json()["status"]) == (200, "cancelled")


def test_each_reading_of_a_learner_is_recorded_on_pages_and_lists(station):
    tutor, child = tutor_of(station), learner_at(station)
    session, helper = booked(tutor, child), helper_of(station)
    browser = browser_of(helper)
    for number, name in enumerate(("tutoring:lesson", "tutoring:slip"), start=1):
        assert browser.get(reverse(name, args=[session.pk])).status_code == 200
        assert reads_of(helper) == number
    assert browser.get(reverse("tutoring:learner", args=[child.pk])).status_code == 200
    assert reads_of(helper) == 3
    api_client(tutor.login).get("/api/v1/tutoring-sessions/")
    assert browser_of(tutor.login).get(reverse("tutoring:lesson", args=[session.pk])).status_code == 200
    assert reads_of(tutor.login) == 2
    other = tutor_of(station).login
    assert browser_of(other).get(reverse("tutoring:lesson", args=[session.pk])).status_code == 404
    assert api_client(other).get("/api/v1/tutoring-sessions/").json()["results"] == []


def test_each_family_of_a_group_gets_a_slip_without_the_names_of_others(station):
    children = [learner_at(station, name="李小红"), learner_at(station, name="张小明")]
    session = booked(tutor_of(station), *children)
    page = browser_of(helper_of(station)).get(reverse("tutoring:slip", args=[session.pk])).content.decode()
    slips = page.split('class="paper receipt"')[1:]
    names = [[each.full_name for each in children if each.full_name in slip] for slip in slips]
    assert sorted(names) == sorted([each.full_name] for each in children)


def test_the_same_again_is_booked_in_four_presses_and_every_week_in_six(station):
    tutor, child = tutor_of(station), learner_at(station)
    booked(tutor, child)
    browser = browser_of(partner_of(station))
    first = browser.get(reverse("tutoring:learners"), {"person": str(child.pk)}, follow=True)
    again = first.context["again_href"]
    page = browser.get(again)
    times = page.context["times"]
    form = {"key": page.context["form"]["key"].value(), "starts_at": times[1][0], "mode": "remote", "topic": ""}
    pressed = [browser.post(again, form) for _ in range(2)]
    assert [each.status_code for each in pressed] == [303, 303]
    assert pressed[0]["Location"] == pressed[1]["Location"]
    assert TutoringSession.objects.count() == 2
    weekly = browser.get(page.context["weekly_page"])
    asked = {"tutor": str(tutor.pk), "subject": "maths", "first": weekly.context["ask"]["first"].value(), "count": 3}
    address = f"{reverse('tutoring:weekly', args=[child.pk])}?" + "&".join(
        f"{name}={str(value).replace('+', '%2B')}" for name, value in asked.items()
    )
    shown = browser.get(address)
    dates = shown.context["dates"]
    ticked = {name: "on" for name, field in dates.fields.items() if name.startswith("d") and field.initial is True}
    sent = {name: dates[name].value() for name in ("key", "shown", "mode")} | ticked | {"topic": ""}
    assert len(ticked) == 3
    assert [browser.post(address, sent).status_code for _ in range(2)] == [303, 303]
    assert TutoringSession.objects.filter(booking__series__isnull=False).count() == 3


def test_a_date_that_was_taken_meanwhile_refuses_all_and_the_page_shows_them_again(station):
    tutor, child, other = tutor_of(station), learner_at(station), learner_at(station)
    browser = browser_of(partner_of(station))
    first = lesson_at(tutor, 2).isoformat().replace("+", "%2B")
    path = reverse("tutoring:weekly", args=[child.pk])
    address = f"{path}?tutor={tutor.pk}&subject=maths&first={first}&count=2"
    dates = browser.get(address).context["dates"]
    sent = {name: dates[name].value() for name in ("key", "shown", "mode")} | {"d1": "on", "d2": "on", "topic": "分数"}
    booked(tutor, other, days=9)
    again = browser.post(address, sent)
    assert (again.status_code, TutoringSession.objects.count()) == (409, 1)
    assert again.context["refused"].errors
    assert again.context["dates"]["topic"].value() == "分数"
    assert "d2" in again.context["dates"].fields


def test_the_county_records_a_tutor_and_another_person_approves(station):
    tutor = tutor_of(station, active=False)
    clerk, manager = browser_of(county_clerk_of(station.county)), browser_of(county_manager_of(station.county))
    page = reverse("tutoring:tutor", args=[tutor.pk])
    assert clerk.post(f"{page}activate/", {"key": "a"}).status_code == 403
    assert manager.post(f"{page}activate/", {"key": "b" * 32}).status_code == 303
    tutor.refresh_from_db()
    assert tutor.status == "active"
    changed = {"subjects": ["maths"], "languages": ["zh"], "max_per_day": 5, "max_per_week": 16, "rate": "30.10"}
    refused = clerk.post(f"{page}change/", changed | {"key": "c" * 32})
    assert refused.status_code == 422
    assert refused.context["refused"].errors["max_per_day"]
    assert clerk.post(f"{page}change/", changed | {"key": "d" * 32, "max_per_day": 2}).status_code == 303
    tutor.refresh_from_db()
    assert (tutor.status, tutor.max_per_day, tutor.rate) == ("applied", 2, Money(30_10, "CNY"))


def test_lists_ask_as_often_for_many_lessons_as_for_one(station):
    tutor, child = tutor_of(station), learner_at(station)
    booked(tutor, child, days=1)
    client, browser = api_client(partner_of(station)), browser_of(partner_of(station))
    address = reverse("tutoring:lessons")

    def statements():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/api/v1/tutoring-sessions/").status_code == 200
            assert browser.get(address).status_code == 200
        return len(queries)

    statements()
    one = statements()
    for days in (2, 3, 4):
        booked(tutor, learner_at(station), learner_at(station), days=days)
    assert statements() == one


def test_the_county_reads_numbers_and_no_learner_and_the_bank_brings_the_money(station):
    tutor, learner = tutor_of(station), farmer_of(station)
    session = booked(tutor, learner, days=1)
    slot, by = session.booking.slot, tutor.login
    session = start_tutoring(session=session, by=by, at=slot.starts_at)
    session = finish_tutoring(session=session, present_learners=[learner.pk], by=by, at=slot.ends_at)
    confirm_tutoring(session=session, by=partner_of(station), at=slot.ends_at)
    manager = browser_of(county_manager_of(station.county))
    page = manager.get(reverse("tutoring:figures"))
    assert page.context["held"] == 1
    assert page.context["unfunded"] == ["¥22.58"]
    assert "&lt;10" in page.content.decode()
    assert learner.full_name not in page.content.decode()
    [line] = bank_lines("B-1,in,22.58")
    programme = f"county-{station.county.code[:6]}:education"
    said = {"line": line, "kind": "subsidy", "amount": Money(22_58, "CNY"), "text": "", "by": finance_officer()}
    with pytest.raises(ExplanationUnfit):
        explain_by_hand(**said, of="county-000000:education", at=now())
    made = explain_by_hand(**said, of=programme, at=now())
    assert balance(made.account).posted.minor == 22_58
    assert fund_stipends(zone=station.zone, at=slot.ends_at) == 1
    assert balance(made.account).posted.minor == 0
    assert findings() == []

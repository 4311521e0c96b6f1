"""Statements about learning: each once, of pseudonyms, sent to a store that the sandbox plays, and read by programs."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin import site
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in
from core.hooks import RETENTION
from core.jobs.models import Job
from core.jobs.services import enqueue
from core.jobs.ticks import write_ticks
from education.courses.services import (
    Mark,
    call_roll,
    close_class_session,
    record_learning,
    revoke_course_certificate,
)
from education.courses.services.certificates import issue_certificates
from education.courses.services.watching import Watched
from education.models import Enrolment, LearnerPseudonym, RecordStore, Statement, UntoldFact
from education.packages.services import save_scorm_state, start_package
from education.quizzes.services import finish_quiz, start_quiz
from education.statements import sources, xapi
from education.statements.admin import StatementAdmin
from education.statements.services import (
    NotRefused,
    begin_batch,
    collect_statements,
    collecting,
    forget_learner,
    send_again,
)
from stations.people.models import AccessRead
from stations.people.services import withdraw_consent
from tests.ecomnet.test_needs import browser_of
from tests.factories.education import begun, class_at, course_of, learner_of
from tests.factories.gateways import ProviderFactory
from tests.factories.packages import brought
from tests.factories.people import merged, resident
from tests.factories.quizzes import answered, quiz_of
from tests.factories.stations import (
    StationFactory,
    UserFactory,
    api_client,
    auditor,
    county_manager_of,
    partner_of,
    platform_admin,
)
from tests.jobs import run_jobs, try_jobs
from tests.ledger.conftest import as_role
from tests.races import together

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
STATEMENTS = "/api/v1/xapi-statements/"


def store_of(county, *, provider=None) -> RecordStore:
    return RecordStore.objects.create(county=county, provider=provider, since_date=dt.date(2020, 1, 1))


def lesson_held(run, *enrolments, presence="present"):
    """A lesson that these learners came to, from its planned beginning to half an hour later."""
    session = begun(run)
    start = session.slot.starts_at
    marks = [Mark(uuid.uuid4(), each.learner_id, presence, start) for each in enrolments]
    by = partner_of(run.station)
    call_roll(session=session, marks=marks, by=by, at=start)
    return close_class_session(session=session, by=by, at=start + 30 * MINUTE), marks


@pytest.fixture
def learnt(db):
    return a_story()


def a_story():
    """Two children were at a lesson; one watched a part of it again, passed a quiz, and has the certificate."""
    station = StationFactory()
    run = class_at(station, course=course_of(station.county))
    quiz = quiz_of(run.course)
    first, second = learner_of(run), learner_of(run)
    _session, marks = lesson_held(run, first, second)
    at, by = now(), partner_of(station)
    lesson = run.course.lessons.all()[0]
    event = Watched(uuid.uuid4(), first.learner_id, lesson.pk, 60, 360, at)
    record_learning(events=[event], enrolments=Enrolment.objects.all(), by=by, at=at)
    attempt = start_quiz(quiz=quiz, enrolment=first, by=by, at=at)
    answered(attempt, ["1"], ["8"], None, at=at)
    finish_quiz(attempt=attempt, by=by, at=at + 2 * MINUTE)
    [certificate] = issue_certificates(run=run, completed=[first], at=at)
    return run, first, second, marks, event, attempt, certificate


def told():
    return [(str(row.pk), row.kind) for row in Statement.objects.order_by("happened_at", "pk")]


def test_each_mark_stretch_attempt_and_certificate_is_one_statement_under_its_own_id_however_often_it_is_collected(
    learnt,
):
    run, first, second, marks, event, attempt, certificate = learnt
    store = store_of(run.station.county)
    collect_statements(store=store, at=now())
    with CaptureQueriesContext(connection) as again:
        assert collect_statements(store=store, at=now() + MINUTE) == 0
    assert len(again) <= 16
    assert set(told()) == {
        *((str(mark.op_id), "attended") for mark in marks),
        (str(event.event_id), "experienced"),
        (str(attempt.pk), "passed"),
        (str(certificate.pk), "earned"),
    }
    passed = Statement.objects.get(kind="passed").content
    assert passed["result"] == {
        "score": {"scaled": 0.6667, "raw": 2, "min": 0, "max": 3},
        "success": True,
        "completion": True,
        "duration": "PT120S",
    }
    attended = Statement.objects.filter(kind="attended")[0].content
    assert attended["result"] == {"duration": "PT1800S"}
    segments = Statement.objects.get(kind="experienced").content["result"]["extensions"].values()
    assert list(segments) == ["60[.]360"]
    assert LearnerPseudonym.objects.count() == 2
    everything = str([row.content for row in Statement.objects.all()])
    for person in (first.learner, second.learner):
        assert person.full_name not in everything
        assert str(person.pk) not in everything


@pytest.mark.usefixtures("own_database")
def test_a_fact_of_which_no_statement_can_be_made_is_set_apart_the_others_are_told_and_it_is_tried_again_each_hour():
    learnt, at = a_story(), now()
    store = store_of(learnt[0].station.county)
    with as_role("postgres"), connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse_passed() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'not this one' USING ERRCODE = 'check_violation'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER passed_is_refused BEFORE INSERT ON education_statement FOR EACH ROW "
            "WHEN (NEW.kind = 'passed') EXECUTE FUNCTION refuse_passed()"
        )
    collect_statements(store=store, at=at)
    assert sorted(kind for _pk, kind in told()) == ["attended", "attended", "earned", "experienced"]
    untold = UntoldFact.objects.open().get()
    assert (untold.pk, untold.error, untold.store) == (learnt[5].pk, "not this one", store)
    page = reverse("admin:education_untoldfact_changelist")
    assert "not this one" in browser_of(platform_admin(UserFactory(is_staff=True))).get(page).content.decode()
    assert collect_statements(store=store, at=at + MINUTE) == 0
    assert collect_statements(store=store, at=at + HOUR) == 1
    with as_role("postgres"), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER passed_is_refused ON education_statement")
    assert collect_statements(store=store, at=at + HOUR + MINUTE) == 0
    assert collect_statements(store=store, at=at + 3 * DAY) == 1
    untold.refresh_from_db()
    assert (untold.told_at, untold.found_at, len(told())) == (at + 3 * DAY, at, 5)


def test_a_fact_that_could_not_be_told_and_is_none_any_more_does_not_let_everything_be_read_each_minute(learnt):
    run, at = learnt[0], now()
    store = store_of(run.station.county)
    collect_statements(store=store, at=at)
    UntoldFact.objects.create(id=uuid.uuid4(), store=store, error="gone", found_at=at, tried_at=at)
    collect_statements(store=store, at=at + 59 * MINUTE)
    assert UntoldFact.objects.open().count() == 1
    collect_statements(store=store, at=at + HOUR)
    assert not UntoldFact.objects.exists()


def test_a_county_whose_facts_cannot_be_collected_holds_up_no_other_and_its_jobs_do_not_pile_up(learnt, monkeypatch):
    at, broken = now() + HOUR, StationFactory().county
    for county in (broken, learnt[0].station.county):
        store_of(county)
    facts_of = collecting.facts_of

    def found(county, since, until):
        if county == broken:
            raise RuntimeError("no such place")
        return facts_of(county, since, until)

    monkeypatch.setattr(collecting, "facts_of", found)
    for minute in range(2):
        write_ticks(at=at + minute * MINUTE, kinds=["statements.collect"])
        try_jobs(at + minute * MINUTE)
    assert len(told()) == 5
    assert Job.objects.filter(kind="statements.collect_county", state="waiting").count() == 1
    monkeypatch.undo()
    run_jobs(at + DAY)
    assert set(RecordStore.objects.values_list("collected_until", flat=True)) == {at + MINUTE, at + DAY}


def test_a_county_without_a_store_tells_nothing_and_what_was_before_its_first_day_is_not_told(learnt):
    run = learnt[0]
    other = store_of(StationFactory().county)
    assert collect_statements(store=other, at=now()) == 0
    late = store_of(run.station.county)
    RecordStore.objects.filter(pk=late.pk).update(since_date=day_in(run.station.zone, now()) + 2 * DAY)
    late.refresh_from_db()
    assert collect_statements(store=late, at=now()) == 0
    with pytest.raises(DatabaseError), transaction.atomic():
        RecordStore.objects.filter(pk=late.pk).update(failures=1)


def test_a_corrected_mark_and_a_revoked_certificate_take_their_statements_back_once(learnt, monkeypatch):
    run, first, _second, marks, *_rest, certificate = learnt
    store = store_of(run.station.county)
    collect_statements(store=store, at=now())
    session = run.sessions.get(status="closed")
    manager, at = county_manager_of(run.station.county), now() + 2 * HOUR
    wrong = Mark(uuid.uuid4(), first.learner_id, "absent", at, corrects=True, reason="不在教室")
    call_roll(session=session, marks=[wrong], by=partner_of(run.station), at=at)
    revoke_course_certificate(certificate=certificate, reason="冒名顶替", by=manager, at=at)
    monkeypatch.setattr(sources, "MOST", 1)  # of each kind so many at once: the second is told a minute later
    for minute in range(3):
        collect_statements(store=store, at=at + minute * MINUTE)
    voids = Statement.objects.filter(kind="voided")
    assert {row.content["object"]["id"] for row in voids} == {str(marks[0].op_id), str(certificate.pk)}
    assert voids.count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        voids.update(content={})


def test_what_was_told_of_a_certificate_is_kept_and_taken_back_however_late_it_is_revoked(learnt):
    run, *_rest, certificate = learnt
    store = store_of(run.station.county)
    collect_statements(store=store, at=now())
    [rule] = [rule for rule in RETENTION if rule.table == "education.Statement"]
    Statement.objects.filter(rule.only).delete()
    revoke_course_certificate(
        certificate=certificate, reason="冒名顶替", by=county_manager_of(run.station.county), at=now()
    )
    collect_statements(store=store, at=now() + MINUTE)
    assert Statement.objects.get(kind="voided").content["object"]["id"] == str(certificate.pk)


def test_everything_arrives_at_the_store_once_whatever_is_lost_and_refused_on_the_way(sandbox, learnt):
    run, first, *_others, event, attempt, _certificate = learnt
    store = store_of(run.station.county, provider=ProviderFactory(code="LRS", file_time=None))
    at = now() + HOUR
    collect_statements(store=store, at=at)
    sandbox.wish("lose_answer", kind="statements")
    tick(at)
    store.refresh_from_db()
    assert (store.failures, store.last_error) == (1, "connection_lost")
    tick(at + MINUTE / 2)
    assert [each["received"] for each in arrived(sandbox)] == [1] * 5
    Statement.objects.filter(pk=event.event_id).update(status="waiting", delivered_at=None)
    one = {"kind": "statements", "our_ref_prefix": told_id(event.event_id, store)}
    sandbox.wish("decline", times=9, code="title_too_long", **one)
    tick(at + 2 * MINUTE)
    states = dict(Statement.objects.values_list("kind", "status"))
    assert states == {"attended": "delivered", "experienced": "failed", "passed": "delivered", "earned": "delivered"}
    refused = Statement.objects.get(status="failed")
    assert refused.last_error == "title_too_long"
    with pytest.raises(NotRefused):
        send_again(statement=Statement.objects.get(kind="earned"), at=at)
    sandbox.ask("PUT", "behaviours", [])
    send_again(statement=refused, at=at)
    tick(at + 4 * MINUTE)
    tick(at + 5 * MINUTE)
    store.refresh_from_db()
    assert (store.failures, store.next_attempt_at) == (0, None)
    assert set(Statement.objects.values_list("status", flat=True)) == {"delivered"}
    heard = {each["statement"]["id"]: each["statement"] for each in arrived(sandbox)}
    assert len(heard) == 5
    said = heard[told_id(attempt.pk, store)]
    secret = LearnerPseudonym.objects.get(learner=first.learner).pk
    assert said["actor"]["account"]["name"] == str(xapi.name_for(secret, xapi.store_reader(store)))
    assert str(secret) not in str(list(heard.values()))
    assert said["verb"]["id"] == "http://adlnet.gov/expapi/verbs/passed"


def told_id(pk, store):
    """Under which id this store is told of something."""
    return str(xapi.id_for(Statement.objects.get(pk=pk), pk, xapi.store_reader(store)))


def tick(at):
    """What the beat does in a minute."""
    enqueue("statements.collect", dedupe_key=f"tick:{at}", payload={}, run_at=at)
    run_jobs(at)


def arrived(sandbox):
    return sandbox.ask("GET", "statements")


def test_an_id_that_the_store_knows_counts_as_delivered_and_a_name_that_it_does_not_know_loses_nothing(
    sandbox, learnt, monkeypatch, settings
):
    store = store_of(learnt[0].station.county, provider=ProviderFactory(code="LRS", file_time=None))
    at = now() + HOUR
    monkeypatch.setenv("ECOMNET_PROVIDER_LRS_SECRET", "wrong")
    tick(at)
    store.refresh_from_db()
    assert (store.last_error, Statement.objects.waiting().count()) == ("http_401", 5)
    monkeypatch.setenv("ECOMNET_PROVIDER_LRS_SECRET", "sandbox-secret-lrs")
    tick(at + 2 * MINUTE)
    Statement.objects.update(status="waiting", delivered_at=None)
    settings.ECOMNET_PUBLIC_URL = "https://moved.example"
    tick(at + 4 * MINUTE)
    assert set(Statement.objects.values_list("status", flat=True)) == {"delivered"}
    assert [each["received"] for each in arrived(sandbox)] == [1] * 5


def test_of_a_minor_without_consent_nothing_is_sent_or_shown_and_an_erased_learner_is_nobody(sandbox, learnt):
    run, first, second, *_rest = learnt
    store = store_of(run.station.county, provider=ProviderFactory(code="LRS", file_time=None))
    at = now() + HOUR
    collect_statements(store=store, at=at)
    withdraw_consent(consent=second.consent, by=partner_of(run.station), at=at)
    kept = resident("李一", run.station, birth_date=first.learner.birth_date, birth_precision="day")
    merged(kept, first.learner)
    manager = county_manager_of(run.station.county)
    shown = api_client(manager).get(STATEMENTS).json()["results"]
    assert len(shown) == 4
    said = StatementAdmin(Statement, site).said
    assert {said(row) == "–" for row in Statement.objects.filter(actor__learner=second.learner)} == {True}
    assert {said(row) == "–" for row in Statement.objects.filter(actor__learner=first.learner)} == {False}
    batch = begin_batch(store=store, at=at)
    assert {each.actor.learner_id for each in batch.statements} == {first.learner_id}
    assert begin_batch(store=store, at=at) is None
    assert Statement.objects.filter(status="withheld").count() == 1
    forget_learner(person=kept.pk, at=at)
    assert not LearnerPseudonym.objects.filter(learner=first.learner).exists()
    assert not Statement.objects.waiting().exists()


def test_programs_of_the_county_read_on_from_where_they_ended_and_each_reading_is_recorded(learnt):
    run, first, second, *_rest = learnt
    store = store_of(run.station.county)
    early, late = now() - 2 * DAY, now() + HOUR
    collect_statements(store=store, at=late)
    manager = county_manager_of(run.station.county)
    answer = api_client(manager).get(STATEMENTS, {"since": early.isoformat(), "page_size": 3})
    assert answer.headers["X-Experience-API-Version"] == "1.0.3"
    page = answer.json()
    rest = api_client(manager).get(page["next"]).json()["results"]
    assert len(page["results"]) == 3
    assert len(rest) == 2
    assert len({each["id"] for each in [*page["results"], *rest]}) == 5
    looked = AccessRead.objects.filter(user=manager, what="learning_statements").values_list("person", flat=True)
    assert set(looked) == {first.learner_id, second.learner_id}
    assert api_client(manager).get(STATEMENTS, {"since": (late + DAY).isoformat()}).json()["results"] == []
    assert api_client(manager).get(STATEMENTS, {"since": "yesterday"}).status_code == 400
    elsewhere = county_manager_of(StationFactory().county)
    assert api_client(elsewhere).get(STATEMENTS).json()["results"] == []
    assert api_client(partner_of(run.station)).get(STATEMENTS).status_code == 403


def test_two_readers_of_statements_and_who_reads_certificates_find_nothing_in_common(learnt):
    run, *_rest, certificate = learnt
    collect_statements(store=store_of(run.station.county), at=now())
    manager = county_manager_of(run.station.county)
    revoke_course_certificate(certificate=certificate, reason="冒名顶替", by=manager, at=now())
    collect_statements(store=RecordStore.objects.get(), at=now() + MINUTE)
    readings = [api_client(user).get(STATEMENTS).json()["results"] for user in (manager, auditor())]
    again = api_client(manager).get(STATEMENTS).json()["results"]
    assert again == readings[0]
    ids, names = [{each["id"] for each in read} for read in readings], [actors(read) for read in readings]
    assert [len(each) for each in (*ids, *names)] == [6, 6, 2, 2]
    assert not ids[0] & ids[1]
    assert not names[0] & names[1]
    facts = {str(pk) for pk in Statement.objects.values_list("pk", flat=True)}
    secrets = {str(pk) for pk in LearnerPseudonym.objects.values_list("pk", flat=True)}
    assert not (ids[0] | names[0]) & (facts | secrets)
    for read in readings:
        by_verb = {each["verb"]["display"]["en-US"]: each for each in read}
        assert by_verb["voided"]["object"]["id"] == by_verb["earned"]["id"]
        midnight = dt.datetime.fromisoformat(by_verb["earned"]["timestamp"]).astimezone(ZoneInfo(run.station.zone))
        assert midnight.timetz().replace(tzinfo=None) == dt.time()


def actors(statements):
    names = {each["actor"]["account"]["name"] for each in statements}
    return names - {xapi.OWN_ACCOUNT}


def test_what_a_learner_has_passed_in_a_content_package_is_told_with_score_and_time(learnt):
    run, first, *_rest = learnt
    store, partner, at = store_of(run.station.county), partner_of(run.station), now()
    package = brought(first)
    state = start_package(enrolment=first, package=package, by=partner, at=at)
    collect_statements(store=store, at=at)
    for revision, (status, raw) in enumerate([("completed", "50"), ("passed", "80"), ("passed", "90")]):
        cmi = {"core": {"lesson_status": status, "score": {"raw": raw}}}
        later = at + (revision + 1) * MINUTE
        state = save_scorm_state(state=state, revision=revision, cmi=cmi, by=partner, at=later)
        collect_statements(store=store, at=later)
    told = Statement.objects.filter(content__object__id__endswith=f"packages/{package.pk}").order_by("happened_at")
    assert [(row.kind, row.content["result"]) for row in told] == [
        ("completed", {"completion": True, "duration": "PT60S", "score": {"scaled": 0.5}}),
        ("passed", {"completion": True, "duration": "PT120S", "score": {"scaled": 0.8}, "success": True}),
    ]


@pytest.mark.usefixtures("own_database")
def test_workers_that_collect_and_send_at_once_do_it_once():
    run = a_story()[0]
    store = store_of(run.station.county, provider=ProviderFactory(code="LRS", file_time=None))
    at = now() + HOUR
    together(*[lambda: collect_statements(store=store, at=at)] * 3)
    assert Statement.objects.count() == 5
    batches = together(*[lambda: begin_batch(store=store, at=at)] * 3)
    assert len([each for each in batches if each is not None]) == 1

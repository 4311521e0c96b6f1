"""Scores: the worked example, thresholds of every attribute, thin files, facts from events, what a page shows of it."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from core.errors import SamePerson, WrongState
from core.models import Event
from core.money import Money
from finance.credit.handlers import keep_bill, keep_recharge
from finance.credit.presets import FARM_V1
from finance.credit.queries import card_of, latest_score, reasons_of, records_of
from finance.credit.scoring import BOUNDLESS, PPM, at_least, at_most, gaps, points_of, score
from finance.credit.services import ScorecardIncomplete, activate_scorecard, draft_scorecard, record_fact
from finance.loans.services import ConsentWithdrawn
from finance.models import CreditFact, Scorecard, ScorecardAttribute, ScorecardBin, ScoreRun
from stations.people.services import withdraw_consent
from tests.factories.finance import desk
from tests.factories.loans import NOON, agrees, appraise, appraised, borrower_of, cap, submitted
from tests.factories.people import second_login_of
from tests.factories.stations import UserFactory, api_client, credit_officer
from tests.pages import told

TODAY = NOON.date()
LINES = {line.code: line for line in FARM_V1.lines}
ONLINE = {
    "months_active": 7,
    "turnover": 1_500_000,
    "returns": 30_000,
    "bills_on_time": 960_000,
    "recharge_months": 8,
}
SEEN = {
    "instalment_share": 450_000,
    "proofs": 1,
    "years": 10,
    "activity": 2,
    "references": 1,
    "debt_share": 200_000,
}


def test_the_worked_example_is_600_points_that_a_person_decides():
    told(
        "recharges in 8 months 30 = 330; instalment 45 % of what is left 80",
        "together **600**, `refer`",
        "`turnover_low` 120, `no_loan_history` 80, `short_activity` 40, `instalment_heavy` 40.",
        page="loans.md",
    )
    scored = score(FARM_V1, ONLINE, [SEEN])
    assert (scored.online, scored.offline, scored.total) == (330, 270, 600)
    assert (scored.band, scored.thin) == ("refer", False)
    assert scored.reasons == ["turnover_low", "no_loan_history", "short_activity", "instalment_heavy"]


@pytest.mark.parametrize(
    ("code", "value", "points"),
    [
        *(
            ("months_active", value, points)
            for value, points in [(2, 0), (3, 30), (5, 30), (6, 60), (11, 60), (12, 100)]
        ),
        *(("turnover", value, points) for value, points in [(PPM - 1, 0), (PPM, 60), (2 * PPM, 120), (4 * PPM, 180)]),
        *(("returns", value, points) for value, points in [(0, 60), (50_000, 60), (50_001, 30), (100_001, 0)]),
        *(("bills_on_time", value, points) for value, points in [(799_999, 0), (800_000, 40), (950_000, 80)]),
        *(("loans", value, points) for value, points in [(0, 0), (1, 40), (2, 120)]),
        *(("recharge_months", value, points) for value, points in [(5, 0), (6, 30), (9, 30), (10, 60)]),
        *(("instalment_share", value, points) for value, points in [(300_000, 120), (300_001, 80), (500_001, 40)]),
        *(("instalment_share", value, points) for value, points in [(700_000, 40), (700_001, 0), (BOUNDLESS, 0)]),
        *(("proofs", value, points) for value, points in [(0, 0), (1, 40), (2, 80), (9, 80)]),
        *(("years", value, points) for value, points in [(1, 0), (2, 20), (4, 20), (5, 40)]),
        *(("activity", value, points) for value, points in [(0, 0), (1, 20), (2, 50), (3, 80)]),
        *(("references", value, points) for value, points in [(0, 0), (1, 20), (2, 40)]),
        *(("debt_share", value, points) for value, points in [(500_000, 40), (500_001, 15), (1_000_001, 0)]),
    ],
)
def test_each_step_begins_where_it_says(code, value, points):
    assert points_of(LINES[code], value) == points


def test_a_card_has_points_for_every_value_and_visits_count_for_two_fifths():
    assert not any(gaps(line) for line in FARM_V1.lines)
    assert sum(line.max_points for line in FARM_V1.lines) == 1_000
    assert sum(line.max_points for line in FARM_V1.lines if not line.is_online) == 400


@pytest.mark.parametrize(("total", "band"), [(419, "decline"), (420, "refer"), (639, "refer"), (640, "approve")])
def test_bands_begin_where_they_say(total, band):
    card = type(FARM_V1)(FARM_V1.lines, 640 - total + 600, 420 - total + 600, 240)
    assert score(card, ONLINE, [SEEN]).band == band


@pytest.mark.parametrize(("facts", "thin"), [(2, True), (3, False)])
def test_a_file_with_few_facts_never_speaks_for_approval(facts, thin):
    best = dict(list({"turnover": 9 * PPM, "returns": 0, "bills_on_time": PPM}.items())[:facts])
    scored = score(FARM_V1, best, [SEEN])
    assert scored.thin is thin
    if thin:
        assert scored.band == "refer"
        weak = SEEN | {"activity": 0}
        assert (score(FARM_V1, best, [weak]).offline, score(FARM_V1, best, [weak]).band) == (220, "decline")


def test_of_two_visits_the_worse_answer_counts():
    other = SEEN | {"proofs": 2, "instalment_share": 800_000}
    points = {each.line.code: each.points for each in score(FARM_V1, ONLINE, [SEEN, other]).lines}
    assert (points["proofs"], points["instalment_share"]) == (40, 0)


def test_shares_are_rounded_towards_the_threshold_that_they_miss():
    assert (at_most(5_000_001, 100_000_000), at_most(5_000_000, 100_000_000)) == (50_001, 50_000)
    assert (at_least(94_999_999, 100_000_000), at_least(95, 100)) == (949_999, 950_000)
    assert (at_most(1, 0), at_most(1, -5), at_most(0, 0)) == (BOUNDLESS, BOUNDLESS, 0)


# --- stored


@pytest.fixture
def ready(db):
    return desk()


def drafted(**values):
    return draft_scorecard(code="farm", country="CN", card=FARM_V1, by=UserFactory(), at=NOON, **values)


def in_force():
    return activate_scorecard(scorecard=drafted(), by=UserFactory(), at=NOON)


def test_a_stored_card_is_the_card_that_was_drawn_up(ready):
    card = card_of(drafted())
    assert [line.code for line in card.lines] == [line.code for line in FARM_V1.lines]
    assert score(card, ONLINE, [SEEN]).total == 600


def test_a_scorecard_is_put_in_force_by_another_person_and_stays(ready):
    card = drafted()
    with pytest.raises(SamePerson):
        activate_scorecard(scorecard=card, by=second_login_of(card.maker), at=NOON)
    activate_scorecard(scorecard=card, by=UserFactory(), at=NOON)
    with pytest.raises(WrongState):
        activate_scorecard(scorecard=card, by=UserFactory(), at=NOON)
    for write in (
        lambda: Scorecard.objects.filter(pk=card.pk).update(approve_from=1),
        lambda: ScorecardAttribute.objects.filter(scorecard=card).update(max_points=1),
        lambda: ScorecardBin.objects.filter(attribute__scorecard=card).update(points=1),
    ):
        with pytest.raises(IntegrityError, match="in_force"), transaction.atomic():
            write()
    second = drafted()
    activate_scorecard(scorecard=second, by=UserFactory(), at=NOON)
    assert list(Scorecard.objects.order_by("version").values_list("status", flat=True)) == ["retired", "active"]


def test_a_card_with_a_gap_or_too_much_for_visits_is_not_put_in_force(ready):
    card = drafted()
    ScorecardBin.objects.filter(attribute__scorecard=card, attribute__code="years", lower=2).delete()
    with pytest.raises(ScorecardIncomplete):
        activate_scorecard(scorecard=card, by=UserFactory(), at=NOON)
    card = drafted()
    ScorecardAttribute.objects.filter(scorecard=card, code="years").update(max_points=41)
    with pytest.raises(ScorecardIncomplete):
        activate_scorecard(scorecard=card, by=UserFactory(), at=NOON)


def test_steps_that_overlap_are_refused_by_the_database(ready):
    line = ScorecardAttribute.objects.get(scorecard=drafted(), code="years")
    with pytest.raises(IntegrityError, match="steps_of_a_scorecard_do_not_overlap"), transaction.atomic():
        ScorecardBin.objects.create(attribute=line, lower=3, upper=4, points=1)


def fact(person, kind, value=1, *, days=10, event=0, currency=""):
    on_date = TODAY - dt.timedelta(days=days)
    return record_fact(person=person, kind=kind, value=value, on_date=on_date, event=event, currency=currency)


def test_records_are_counted_over_a_year_as_the_card_reads_them(ready):
    person = borrower_of(ready)
    fact(person, "settled_sale", 40_000_00, days=214, event=1)
    fact(person, "settled_purchase", 5_180_00, event=2)
    fact(person, "returned_goods", 155_40, event=3)
    fact(person, "settled_sale", 99_000_00, days=366, event=4)
    for event in range(24):
        fact(person, "bill_paid_on_time", event=100 + event)
    fact(person, "bill_paid_late", event=124)
    for month in range(8):
        fact(person, "recharge", days=30 * month + 1, event=200 + month)
    found = records_of(person, requested=Money(30_000_00, "CNY"), date=TODAY)
    assert found == {
        "months_active": 12,
        "turnover": 1_506_000,
        "returns": 30_000,
        "bills_on_time": 960_000,
        "recharge_months": 8,
    }


@pytest.mark.parametrize(
    ("kinds", "value"), [(["loan_closed_on_time"], 2), (["loan_closed_on_time", "loan_late_over_30"], 0)]
)
def test_an_earlier_loan_that_was_late_outweighs_one_repaid(ready, kinds, value):
    person = borrower_of(ready)
    for event, kind in enumerate(kinds):
        fact(person, kind, days=900, event=event)
    assert records_of(person, requested=Money(1, "CNY"), date=TODAY) == {"loans": value}


def event_of(ready, name, **payload):
    at = dt.datetime(2026, 11, 20, 17, tzinfo=dt.UTC)  # the 21st at the station
    return Event.objects.create(name=name, payload={"station": ready.station.pk, "at": at.isoformat(), **payload})


@pytest.mark.parametrize(
    ("due", "kind"), [("2026-11-21", "bill_paid_on_time"), ("2026-11-20", "bill_paid_late"), (None, None)]
)
def test_a_paid_bill_is_a_fact_once_by_the_date_at_the_station(ready, due, kind):
    person = borrower_of(ready)
    event = event_of(ready, "finance.bill_paid", payer=str(person.pk), due_date=due)
    for _delivery in range(2):
        keep_bill(event)
    assert list(CreditFact.objects.values_list("kind", flat=True)) == ([kind] if kind else [])


def test_a_recharge_is_a_fact_of_who_paid_and_of_nobody_else(ready):
    person = borrower_of(ready)
    keep_recharge(event_of(ready, "finance.recharge_done", payer=str(person.pk)))
    keep_recharge(event_of(ready, "finance.recharge_done", payer=None))
    assert CreditFact.objects.get().person == person
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        CreditFact.objects.update(value=2)


def test_an_application_is_scored_when_it_is_sent_and_again_when_it_is_appraised(ready):
    in_force()
    application = appraised(ready, propose=20_000_00, reasons=["turnover_low"])
    runs = list(ScoreRun.objects.filter(application_ref=application.pk).order_by("pk"))
    assert [run.requested_minor for run in runs] == [30_000_00, 20_000_00]
    latest = latest_score(application.pk)
    assert (latest.total, latest.offline_points, latest.band, latest.thin_file) == (310, 270, "refer", True)
    assert reasons_of(latest) == ["few_records", "no_loan_history", "instalment_heavy", "proofs_few"]


def test_of_whoever_takes_the_consent_back_no_record_is_read_any_more(ready):
    in_force()
    application = submitted(ready)
    withdraw_consent(consent=application.consent, by=ready.partner, at=NOON)
    with pytest.raises(ConsentWithdrawn):
        appraise(application)
    assert ScoreRun.objects.filter(application_ref=application.pk).count() == 1
    agrees(application.person, ready)
    assert appraise(application).status == "appraised"


def test_without_a_scorecard_nothing_is_scored(ready):
    assert latest_score(submitted(ready).pk) is None


def test_the_lender_sees_every_point_and_the_counter_none(ready, client):
    in_force()
    application = submitted(ready)
    officer = credit_officer()
    answer = api_client(officer).get(f"/api/v1/loan-applications/{application.pk}/score/").json()
    assert (answer["band"], len(answer["lines"])) == ("refer", 12)
    assert api_client(ready.partner).get(f"/api/v1/loan-applications/{application.pk}/score/").status_code == 403
    client.force_login(officer)
    assert "score" in client.get(f"/finance/loans/applications/{application.pk}/").context
    cap("village", 20_000_00)
    seen = client.get(f"/finance/loans/applications/{application.pk}/")
    assert seen.context["score"].most == 1_000
    figures = {each.name: (each.value, each.status, each.detail) for each in seen.context["case"]}
    assert [value for value, _status, _detail in figures.values()] == ["310 / 1000", "45%", "0", "¥20,000.00"]
    assert list(figures.values())[3][1] == "bad"  # 30,000.00 are asked for
    assert seen.content.decode().count("<img") == 2
    client.force_login(ready.partner)
    shown = client.get(f"/finance/loans/applications/{application.pk}/")
    assert (shown.context["score"], shown.context["case"]) == (None, None)

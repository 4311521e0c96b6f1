"""Cover goes on without a gap: by list, looked at anew, paid anew, and never twice."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.errors import SamePerson
from core.models import Notice
from finance.insurance.console import CONSOLE
from finance.insurance.services import (
    NothingToRenew,
    VersionNotInForce,
    cancel_policy,
    enrol_people,
    fund_policies,
    renew_enrolment,
    retire_insurance_product,
    start_policies,
)
from finance.insurance.tasks import start_policies as job_of_policies
from finance.models import InsuranceProductVersion, Policy
from stations.models import Person
from tests.factories.finance import desk
from tests.factories.insurance import CHINA, DAY, NOON, enrolled, funds_of, in_force, insured, villager
from tests.factories.stations import (
    StationFactory,
    UserFactory,
    api_client,
    county_manager_of,
    finance_officer,
    partner_of,
    send,
)

#: The last day of cover that began at NOON, and noon 60 days before it.
ENDS = dt.date(2027, 11, 24)
BEFORE = dt.datetime.combine(ENDS - 60 * DAY, dt.time(12), tzinfo=CHINA)


@pytest.fixture
def ready(db):
    return desk()


def covered(ready, *people):
    """An enrolment of these people, in force since NOON."""
    version = InsuranceProductVersion.objects.active().first() or in_force()
    about = {"county": ready.station.county, "version": version, "start_date": NOON.date()}
    batch = enrol_people(people=list(people), **about, by=UserFactory(), at=NOON)
    fund_policies(batch=batch, funds=funds_of(batch), by=finance_officer(), at=NOON)
    start_policies(county=ready.station.county, zone=ready.station.zone, at=NOON)
    return batch


def job_of_the_day(ready, at, *, made_up_at=None):
    """The job of the day of `at`, done then or made up for later."""
    payload = {"place": ready.station.county.code, "date": at.astimezone(CHINA).date().isoformat()}
    job_of_policies(payload, made_up_at or at)


def need(user, at):
    """The enrolments that wait for this user to renew them."""
    waiting = next(each for each in CONSOLE.needs if each.name == "insurance.renew")
    return list(waiting.rows(user=user, at=at))


def test_an_enrolment_is_renewed_from_the_day_after_its_end_and_paid_anew(ready):
    person = villager(ready)
    batch, manager = covered(ready, person), county_manager_of(ready.station.county)
    with pytest.raises(NothingToRenew):
        renew_enrolment(batch=batch, by=manager, at=BEFORE - DAY)
    assert need(manager, BEFORE - DAY) == []
    assert need(manager, BEFORE) == [batch]
    renewed = renew_enrolment(batch=batch, by=manager, at=BEFORE)
    policy, before = renewed.policies.get(), batch.policies.get()
    assert (policy.renewal_of, policy.start_date, policy.status) == (before, ENDS + DAY, "idle")
    assert (renewed.source, renewed.status, renewed.report) == ("renewal", "idle", [{"line": 1, "outcome": "accepted"}])
    assert need(manager, BEFORE) == []
    with pytest.raises(NothingToRenew):
        renew_enrolment(batch=batch, by=manager, at=BEFORE)
    with pytest.raises(SamePerson):
        fund_policies(batch=renewed, funds=funds_of(renewed), by=manager, at=BEFORE)
    fund_policies(batch=renewed, funds=funds_of(renewed), by=finance_officer(), at=BEFORE)
    job_of_the_day(ready, BEFORE + 61 * DAY)
    assert dict(Policy.objects.values_list("pk", "status")) == {before.pk: "expired", policy.pk: "active"}


def test_each_is_looked_at_anew_and_whoever_was_left_out_can_follow(ready):
    alive, dead, double = (villager(ready, full_name=name) for name in ("王秀英", "李四", "张三"))
    batch = covered(ready, alive, dead, double)
    dead.residence, dead.died_date = "deceased", NOON.date() + 30 * DAY
    dead.save(update_fields=["residence", "died_date"])
    later = enrolled(double, at=BEFORE, start_date=ENDS + 10 * DAY)
    renewed = renew_enrolment(batch=batch, by=UserFactory(), at=BEFORE)
    assert [line["outcome"] for line in renewed.report] == ["accepted", "person_gone", "policy_overlap"]
    cancel_policy(policy=later.policies.get(), reason="登记错了", by=UserFactory(), at=BEFORE)
    again = renew_enrolment(batch=batch, by=UserFactory(), at=BEFORE + DAY)
    assert [policy.person for policy in again.policies.all()] == [double]
    other = again.policies.get()
    with pytest.raises(IntegrityError, match="policy_is_renewed_once"), transaction.atomic():
        Policy.objects.filter(pk=other.pk).update(renewal_of=renewed.policies.get().renewal_of)


def test_cover_that_ended_lately_goes_on_from_today_and_later_not_at_all(ready):
    batch = covered(ready, villager(ready))
    late = BEFORE + 90 * DAY
    with pytest.raises(NothingToRenew):
        renew_enrolment(batch=batch, by=UserFactory(), at=late + DAY)
    start_policies(county=ready.station.county, zone=ready.station.zone, at=late)
    renewed = renew_enrolment(batch=batch, by=UserFactory(), at=late)
    assert renewed.start_date == ENDS + 30 * DAY


def test_without_terms_in_force_nobody_is_renewed(ready):
    batch = covered(ready, villager(ready))
    retire_insurance_product(version=batch.version, by=UserFactory(), at=BEFORE)
    with pytest.raises(VersionNotInForce):
        renew_enrolment(batch=batch, by=UserFactory(), at=BEFORE)


@pytest.mark.parametrize(("before", "told"), [(61, 0), (60, 1), (31, 0), (30, 1), (29, 0)])
def test_the_county_is_told_once_60_and_30_days_before_the_end(ready, before, told):
    covered(ready, villager(ready))
    manager = county_manager_of(ready.station.county)
    at = dt.datetime.combine(ENDS - before * DAY, dt.time(0, 15), tzinfo=CHINA)
    for _time in range(2):
        job_of_the_day(ready, at)
    notices = Notice.objects.filter(template="policies_to_renew", user=manager.pk)
    assert [notice.params["count"] for notice in notices] == [1] * told


def test_the_county_is_told_also_where_the_job_of_the_day_is_made_up_for_later(ready):
    covered(ready, villager(ready))
    county_manager_of(ready.station.county)
    job_of_the_day(ready, BEFORE, made_up_at=BEFORE + DAY)
    assert Notice.objects.get(template="policies_to_renew").params["count"] == 1


def test_an_enrolment_of_which_nobody_can_be_renewed_is_not_shown_as_to_be_renewed(ready):
    alive, dead, double, gone = (villager(ready, full_name=name) for name in ("王秀英", "李四", "张三", "赵六"))
    batch, manager = covered(ready, alive, dead, double, gone), county_manager_of(ready.station.county)
    Person.objects.filter(pk=dead.pk).update(residence="deceased", died_date=NOON.date() + 30 * DAY)
    Person.objects.filter(pk=gone.pk).update(home_station=StationFactory())
    enrolled(double, at=BEFORE, start_date=ENDS + 10 * DAY)
    job_of_the_day(ready, BEFORE)
    assert Notice.objects.get(template="policies_to_renew").params["count"] == 1
    assert need(manager, BEFORE) == [batch]
    assert renew_enrolment(batch=batch, by=manager, at=BEFORE).report[0] == {"line": 1, "outcome": "accepted"}
    assert need(manager, BEFORE) == []


def test_a_renewal_over_the_api_and_on_the_page(ready, client):
    began = now() - 330 * DAY
    policy = insured(ready, at=began)
    one = f"/api/v1/enrolment-batches/{policy.batch_id}/renew/"
    manager = county_manager_of(ready.station.county)
    assert send(api_client(partner_of(StationFactory())), one).status_code == 404
    assert send(api_client(finance_officer()), one).status_code == 403
    answer = send(api_client(manager), one)
    assert (answer.status_code, answer.json()["source"]) == (201, "renewal")
    assert send(api_client(manager), one).json()["code"] == "nothing_to_renew"
    cancel_policy(policy=Policy.objects.get(renewal_of=policy), reason="登记错了", by=manager, at=now())
    client.force_login(manager)
    assert policy.batch.number in client.get("/finance/insurance/enrolments/?state=renewal").content.decode()
    page = client.get(f"/finance/insurance/enrolments/{policy.batch_id}/")
    pressed = {"key": page.context["renew"]["key"].value()}
    made = client.post(f"/finance/insurance/enrolments/{policy.batch_id}/renew/", pressed)
    assert made["Location"].startswith("/finance/insurance/enrolments/")
    assert Policy.objects.alive().filter(renewal_of=policy).count() == 1

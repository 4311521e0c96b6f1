"""The evening of a day: what the county and finance work through, and what they are refused on the way."""

import httpx
import pytest
from django.utils.timezone import now

from ecomnet.simulation.acts.looks import ask_why
from ecomnet.simulation.cast import Stage
from ecomnet.simulation.client import Client
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.desks import (
    answer_complaints,
    close_contradictions,
    correct_and_dispute,
    explain_the_fee,
    settle_differences,
)
from ecomnet.simulation.diary import Diary, Press
from ecomnet.wsgi import application
from finance import chart
from finance.complaints.services import log_complaint
from finance.models import Adjustment, BankStatementLine, Complaint, OverShort, ReconItem
from finance.tills.services import explain_variance
from tests.factories.finance import biller, flat_plan, found_bill, pay, provider_says
from tests.factories.recon import bank_lines
from tests.factories.stations import token_for
from tests.factories.tills import cash_desk, difference

EDITION = "9001"


@pytest.fixture
def evening(own_database):
    """A counter that has sold a bill and closed 4.40 short, with the people who work through its day."""
    flat_plan()
    ready = cash_desk(500_00)
    diary = Diary()
    line = httpx.Client(transport=httpx.WSGITransport(app=application), base_url="http://testserver")

    def client_of(user):
        return Client(line, diary, token=token_for(user), name=user.username)

    partner = client_of(ready.partner)
    payment = pay(ready, found_bill(ready, biller()))
    provider_says(payment, "succeeded")
    day = ready.day
    explain_variance(over_short=difference(ready, -4_40), text="找零", by=ready.partner, at=now())
    log_complaint(payment=payment, kind="other", text="不对", by=ready.partner, at=now())
    stage = Stage(
        *(ready.station.code, "postpaid", ready.partner.username, ready.partner.username, ready.clerk.username, "", ()),
        manager=ready.manager.username,
        earnings=chart.commission_of_user(ready.partner.pk).code,
    )
    counter = CounterOfDay(0, stage, partner, partner, diary, None, EDITION, cash_day=day.pk)
    diary.keep(Press("k", 0, str(payment.pk), "186.40", "CNY", "till", client=partner, status="succeeded"))
    people = [client_of(user) for user in (ready.manager, ready.officer, ready.other_officer)]
    return counter, payment, people


def test_the_desks_of_an_evening_are_worked_through_and_nobody_is_two_people(evening):
    counter, _payment, (manager, first, second) = evening
    assert answer_complaints([counter], manager=manager, edition=EDITION) == 1
    assert Complaint.objects.get().status == "resolved"
    assert settle_differences([counter], manager=manager, officer=second, edition=EDITION) == 1
    assert OverShort.objects.get().status == "absorbed"
    assert correct_and_dispute(counter, first=first, second=second, edition=EDITION)
    assert sorted(Adjustment.objects.values_list("amount_minor", "status")) == [(-10, "approved"), (10, "approved")]
    assert Complaint.objects.get(payment=None).status == "logged"
    refused = {code for _operation, code in counter.diary.refusals}
    assert {"notice_too_short", "same_person"} <= refused
    assert counter.diary.troubles == []


def test_the_banks_fee_and_what_companies_contradict_are_closed_after_the_files(evening):
    counter, payment, (_manager, first, _second) = evening
    bank_lines(f"DAY-{EDITION}-FEE,out,18.00")
    assert explain_the_fee(officer=first, edition=EDITION)
    assert BankStatementLine.objects.get().explained_minor == 18_00
    provider_says(payment, "failed")
    assert close_contradictions(officer=first, edition=EDITION) == 1
    assert ReconItem.objects.get().reason_code == "they_correct"
    ask_why(counter, None)
    assert counter.diary.troubles == []

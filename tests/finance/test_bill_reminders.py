"""Households are reminded of bills that are due: by their wish, with consent, three days and one day before."""

import datetime as dt

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.timezone import now

from core.days import instant_of
from core.jobs.models import Job
from core.jobs.ticks import fan_out
from core.models import Notice
from core.notices.services import message_of
from finance.bills.reminders import NoReminderRecipient, remind_bill, remind_due, stop_reminding
from finance.models import BillAccount
from stations.models import Consent, ConsentText, Household, Person
from tests.factories.days import ZONE
from tests.factories.finance import biller, desk, flat_plan, found_bill, pay, payer_at, provider_says
from tests.factories.gateways import ProviderFactory
from tests.factories.people import household_of
from tests.factories.stations import LONG_AGO, api_client
from tests.jobs import run_jobs

DUE = dt.date(2026, 12, 5)


def agreed(person, station, by):
    """The person has agreed to messages."""
    text, _made = ConsentText.objects.get_or_create(
        purpose="sms_notice", version=1, language="zh-hans", defaults={"body": "同意", "valid_from": LONG_AGO.date()}
    )
    Consent.objects.create(
        person=person,
        purpose="sms_notice",
        text_version=text,
        given_at=LONG_AGO,
        given_by=person,
        manner="signature",
        recorded_by=by,
        station=station,
    )


class Family:
    """A household at a desk whose head has a phone and agreed to messages, and its bill that is due on 5 December."""

    def __init__(self):
        ProviderFactory(code=settings.ECOMNET_SMS_PROVIDER)
        flat_plan()
        self.ready = desk(float_minor=1_000_00)
        self.head = payer_at(self.ready)
        self.household = household_of(self.head, by=self.ready.partner)
        agreed(self.head, self.ready.station, self.ready.partner)
        self.biller = biller()
        self.bill = self.fetch()

    def fetch(self, **values):
        known = {"household": self.household, "payer": self.head, "due_date": DUE, **values}
        return found_bill(self.ready, self.biller, **known)

    def remind(self, fetch=None):
        return remind_bill(fetch=fetch or self.bill, by=self.ready.partner, at=now())

    def morning(self, days_before):
        """What is sent so many days before the bill is due."""
        date = DUE - dt.timedelta(days=days_before)
        county = self.ready.station.county.code
        return remind_due(county=county, zone=ZONE, date=date, at=instant_of(ZONE, date, dt.time(9)))


@pytest.fixture
def family(db):
    return Family()


@pytest.mark.parametrize(("days", "told"), [(4, 0), (3, 1), (2, 0), (1, 1), (0, 0)])
def test_the_household_hears_of_it_three_days_and_one_day_before(family, days, told):
    family.remind()
    assert [family.morning(days) for _ in range(2)] == [told] * 2
    notices = Notice.objects.filter(template="bill_due")
    assert notices.count() == told
    if told:
        words = message_of(notices.get().our_ref)["text"]
        assert words == f"12月5日 周六前请缴电费¥186.40，可到{family.ready.station.name}办理。"
        assert notices.get().use_by == instant_of(ZONE, DUE + dt.timedelta(days=1), dt.time())


def test_nobody_is_reminded_who_did_not_wish_it_or_wishes_it_no_longer(family):
    assert family.morning(3) == 0
    family.remind()
    stop_reminding(fetch=family.bill, by=family.ready.partner, at=now())
    assert (family.morning(3), Notice.objects.filter(template="bill_due").count()) == (0, 0)


@pytest.mark.parametrize("lack", ["consent", "phone", "head", "household"])
def test_without_consent_or_phone_there_is_nobody_to_remind(family, lack):
    family.remind()
    if lack == "consent":
        Consent.objects.update(withdrawn_at=now(), withdrawn_by=family.head)
    elif lack == "phone":
        Person.objects.filter(pk=family.head.pk).update(phone_verified_at=None)
    elif lack == "head":
        Household.objects.filter(pk=family.household.pk).update(head=None)
    else:
        family.bill.household = None
    if lack != "household":
        assert family.morning(3) == 0
        family.bill.household.refresh_from_db()
    BillAccount.objects.update(remind=False)
    with pytest.raises(NoReminderRecipient):
        family.remind()
    assert not BillAccount.objects.get().remind


def test_a_bill_that_is_paid_or_being_paid_needs_no_reminder(family):
    family.remind()
    payment = pay(family.ready, family.bill)
    assert family.morning(3) == 0
    provider_says(payment, "failed")
    assert family.morning(3) == 1


def test_only_the_account_that_was_meant_and_each_bill_once(family):
    family.remind()
    family.fetch(parameters={"customer_no": "3213240099999"})
    family.fetch(bill_ref=family.bill.bill_ref)
    assert family.morning(1) == 1


def test_every_morning_at_nine_each_county_has_one_job(family):
    family.remind()
    date = DUE - dt.timedelta(days=3)
    nine = instant_of(ZONE, date, dt.time(9))
    for _ in range(2):
        fan_out(kind="bills.remind_due", zone=ZONE, date=date)
    job = Job.objects.get(kind="bills.remind_due", payload__place=family.ready.station.county.code)
    assert job.run_at == nine
    run_jobs(nine)
    assert Notice.objects.filter(template="bill_due").count() == 1


def test_over_the_api_and_on_the_page_the_counter_notes_the_wish(client, db):
    family, stranger = Family(), desk(till_open=False)

    def post(user, verb, key):
        path = f"/api/v1/bill-fetches/{family.bill.pk}/{verb}/"
        return api_client(user).post(path, {}, "json", headers={"Idempotency-Key": key * 16})

    assert post(stranger.partner, "remind", "a").status_code == 404
    assert [post(family.ready.partner, "remind", "b").json()["remind"] for _ in range(2)] == [True, True]
    assert post(family.ready.partner, "stop-reminding", "c").json()["remind"] is False
    client.force_login(family.ready.partner)
    page = reverse("bills:check", args=[family.bill.pk])
    press = client.get(page).context["press"]["key"].value()
    done = client.post(reverse("bills:remind", args=[family.bill.pk]), {"key": press})
    assert (done.status_code, done.url) == (303, page)
    assert BillAccount.objects.get().remind
    assert reverse("bills:stop_reminding", args=[family.bill.pk]) in client.get(page).content.decode()

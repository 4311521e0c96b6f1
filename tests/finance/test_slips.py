"""A slip is one object, wholly in the resident's language; its large words stand in two."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.money import Money
from finance.models import Payment, Receipt
from finance.payments.services import print_receipt
from finance.payments.slips import slip_of
from stations.models import Division, DivisionName, Person, Station
from stations.people.services import edit_person
from tests.factories.days import today
from tests.factories.finance import biller, desk, flat_plan, found_bill, pay, provider_says
from tests.factories.people import resident

pytestmark = pytest.mark.django_db


@pytest.fixture
def power():
    flat_plan()
    return biller()


@pytest.fixture
def ready():
    return desk(float_minor=1_500_00, phone="+8652785269953")


def paid(ready, power, *, language="zh-hans"):
    payer = resident(station=ready.station, by=ready.partner, language=language)
    return pay(ready, found_bill(ready, power), payer=payer, cash_given=Money(200_00, "CNY"))


def slip(payment, **values):
    return slip_of(payment.receipts.order_by("-issued_at", "-pk").first(), **values)


def marks(payment, **values):
    return [str(mark) for mark in slip(payment, **values).marks]


def test_each_state_has_its_word_in_both_languages(ready, power):
    payment = paid(ready, power)
    assert marks(payment) == ["待确认 / PENDING"]
    provider_says(payment, "succeeded")
    payment.refresh_from_db()
    assert marks(payment) == ["已付款 / PAID"]
    assert marks(payment, copy_no=1) == ["已付款 / PAID", "补打 1 / COPY 1"]
    provider_says(payment, "succeeded", event_type="transaction.reversed")
    payment.refresh_from_db()
    assert marks(payment) == ["已撤销 / REVERSED"]


def test_a_copy_names_station_payer_and_village_as_on_the_day_of_the_slip(ready, power):
    payment = paid(ready, power)
    first = slip(payment)
    person, station = payment.payer, payment.station
    edit_person(person=person, by=ready.partner, at=now(), full_name="李桂兰")
    DivisionName.objects.create(
        division=person.village,
        name=f"{person.village.short_name}委员会",
        short_name=person.village.short_name,
        valid_from=dt.date(2020, 1, 1),
        valid_to=today() + dt.timedelta(days=1),
    )
    Division.objects.filter(pk=person.village_id).update(name="新村", short_name="新村")
    Station.objects.filter(pk=station.pk).update(name="新站")
    copy = slip(Payment.objects.get(pk=payment.pk), copy_no=1)
    assert (copy.station, copy.about) == (first.station, first.about)
    assert "王" in copy.about[-1].value


def test_a_copy_does_not_name_whoever_asked_to_be_forgotten(ready, power):
    payment = paid(ready, power)
    Person.objects.filter(pk=payment.payer_id).update(full_name="已删除", erased_at=now())
    assert "王" not in slip(Payment.objects.get(pk=payment.pk)).about[-1].value


def test_the_pending_slip_of_a_payment_that_failed_says_so_and_what_to_do(ready, power):
    payment = paid(ready, power)
    provider_says(payment, "failed")
    payment.refresh_from_db()
    assert marks(payment) == ["未缴成 / NOT PAID"]
    assert "退给您" in slip(payment).notice


def test_a_chinese_slip_has_no_english_word_but_the_marks_and_the_clock(ready, power):
    told = slip(paid(ready, power))
    lines = [*told.about, *told.lines, told.total, *told.paid]
    names = "".join(line.name for line in lines) + told.notice + told.scan + told.complain
    assert re.findall("[A-Za-z]+", names) == []
    assert {line.name: line.value for line in told.paid} == {
        "大写": "壹佰捌拾陆元肆角整",
        "方式": "现金",
        "收到现金": "200.00",
        "找零": "13.60",
    }
    assert {line.name: line.value for line in told.lines}["月份"] == "2026年10月"


def test_an_english_resident_gets_an_english_slip_from_a_chinese_counter(ready, power):
    told = slip(paid(ready, power, language="en"))
    names = [line.name for line in [*told.about, *told.lines, told.total, *told.paid]]
    assert names == [
        *("No.", "Time", "For", "Company", "Customer number", "Customer", "Month", "Amount", "Fee", "Total"),
        *("Method", "Cash received", "Change"),
    ]
    assert str(told.marks[0]) == "待确认 / PENDING"


def test_the_final_slip_names_the_pending_one(ready, power):
    payment = paid(ready, power)
    pending = payment.receipts.get()
    print_receipt(receipt=pending, by=ready.partner, at=now())
    provider_says(payment, "succeeded")
    payment.refresh_from_db()
    assert pending.number in [line.value for line in slip(payment).lines]


def test_a_pending_slip_that_was_never_printed_is_not_named(ready, power):
    payment = paid(ready, power)
    pending = payment.receipts.get()
    provider_says(payment, "succeeded")
    payment.refresh_from_db()
    assert pending.number not in [line.value for line in slip(payment).lines]


def test_the_paper_on_the_page_carries_every_line_of_the_slip_and_nothing_else(ready, power, client):
    payment = paid(ready, power)
    client.force_login(ready.partner)
    page = client.get(reverse("payments:receipt", args=[payment.pk]), headers={"Accept-Language": "en"})
    paper = page.content.decode().partition('<div class="paper receipt"')[2].partition("</section>")[0]
    told = slip(payment)
    shown = [*told.about, *told.lines, told.total, *told.paid]
    assert [line for line in shown if line.name not in paper or line.value not in paper] == []
    assert paper.count("待确认") == paper.count("PENDING") == 2


def test_a_print_is_noted_once_and_the_next_one_is_a_copy(ready, power, client):
    payment = paid(ready, power)
    client.force_login(ready.partner)
    address = reverse("payments:receipt", args=[payment.pk])
    key = client.get(address).context["form"]["key"].value()
    for _press in range(2):
        answer = client.post(reverse("payments:printed", args=[payment.pk]), {"key": key})
        assert (answer.status_code, answer["Location"]) == (303, address)
    assert Receipt.objects.get(payment=payment).prints.count() == 1
    assert "COPY 1" in client.get(address).content.decode()


def test_whoever_checks_a_slip_reads_what_it_is_worth(ready, power, client):
    payment, refused = paid(ready, power), paid(ready, power)

    def worth(of):
        page = reverse("slips:verify", args=[of.receipts.latest("pk").verify_code])
        return client.get(page, headers={"accept-language": "en"}).context["worth"]

    assert "reserved, not lost" in worth(payment)
    provider_says(payment, "succeeded")
    assert worth(payment) == "The company has received the money."
    Payment.objects.filter(pk=payment.pk).update(status="reversal_asked")
    assert worth(payment).startswith("The company has been asked to return the money.")
    provider_says(refused, "failed")
    assert "collect it at the station" in worth(refused)

"""Who calls the station reads the code of the message back: the phone in the file, known for long, and nothing else."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.errors import CodeWrong
from core.models import Notice
from core.notices.services import message_of
from orders.purchases.services import (
    ConsentByCode,
    ConsentNotPossible,
    PhoneNotConfirmed,
    give_consent,
    request_consent,
    sign_consent,
)
from stations.models import Person
from tests.factories.people import resident
from tests.factories.purchases import begun, code_of, shop

KNOWN_FOR = dt.timedelta(hours=72)


@pytest.fixture
def ready(db):
    return shop()


def test_an_order_by_phone_is_placed_on_the_code_that_is_read_back_and_the_page_says_what_to_read(ready, client):
    at = now()
    order = request_consent(order=begun(ready), kind="voice_read_back", by=ready.partner, at=at)
    notice = Notice.objects.get(template="purchase_code_by_phone")
    assert code_of(order) in message_of(notice.our_ref)["text"]
    client.force_login(ready.partner)
    page = reverse("purchases:purchase", args=[order.pk])
    assert f"{page}agree/" in client.get(page).content.decode()
    with pytest.raises(CodeWrong):
        give_consent(order=order, code="000000", by=ready.partner, at=at)
    with pytest.raises(ConsentByCode):
        sign_consent(order=order, witness=resident(station=ready.station, by=ready.partner), by=ready.partner, at=at)
    typed = {"key": "p" * 16, "code": code_of(order)}
    assert [client.post(f"{page}agree/", typed).status_code for _ in range(2)] == [303, 303]
    order.refresh_from_db()
    assert (order.status, order.consent.kind, order.consent.tries) == ("placed", "voice_read_back", 1)


def test_a_phone_that_was_confirmed_less_than_three_days_ago_orders_nothing_unseen(ready):
    at, order = now(), begun(ready)
    for verified_at in (None, at - KNOWN_FOR + dt.timedelta(seconds=1)):
        Person.objects.filter(pk=ready.buyer.pk).update(phone_verified_at=verified_at)
        with pytest.raises(PhoneNotConfirmed):
            request_consent(order=order, kind="voice_read_back", by=ready.partner, at=at)
    request_consent(order=order, kind="sms_code", by=ready.partner, at=at)  # who stands there is seen
    Person.objects.filter(pk=ready.buyer.pk).update(phone_verified_at=at - KNOWN_FOR)
    order = request_consent(order=order, kind="voice_read_back", by=ready.partner, at=at)
    assert (order.status, order.consents.filter(is_live=True).get().kind) == ("awaiting_consent", "voice_read_back")
    unnamed = begun(ready, walk_in_name="赵六", pay_method="station_cash")
    with pytest.raises(ConsentNotPossible):
        request_consent(order=unnamed, kind="voice_read_back", by=ready.partner, at=at)

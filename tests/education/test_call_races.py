"""A guardian withdraws the consent while somebody books a call: no call stays without consent."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from core.errors import Refused
from education.hotlines.queries import free_times
from education.hotlines.services import book_call
from education.models import Call
from education.safeguarding.services import withdraw_child_consent
from tests.factories.calls import booth_at, parent_of
from tests.factories.education import child_of
from tests.factories.stations import StationFactory, partner_of
from tests.races import wait_until_somebody_waits

pytestmark = pytest.mark.usefixtures("own_database")


def test_a_call_that_is_booked_while_the_consent_is_withdrawn_does_not_stay():
    station = StationFactory()
    contact = parent_of(child_of(station))
    booth_at(station)
    starts_at, partner = free_times(station, at=now())[0].starts_at, partner_of(station)

    def book(key):
        try:
            return book_call(contact=contact, starts_at=starts_at, by=partner, at=now(), key=key).booking.status
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    def withdraw():
        child = contact.child
        try:
            withdraw_child_consent(child=child, purpose="parent_calls", reason="不同意", by=partner, at=now())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            book_call(contact=contact, starts_at=starts_at, by=partner, at=now(), key="first")
            ending = pool.submit(withdraw)
            wait_until_somebody_waits()
        ending.result()
        assert [call.booking.status for call in Call.objects.select_related("booking")] == ["cancelled"]
        assert pool.submit(book, "late").result() == "child_consent_missing"

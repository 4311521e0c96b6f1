"""The database takes no more connections, or its certificate has ended: what people see, and that nothing is lost."""

import contextlib
import datetime as dt

import psycopg2
import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from finance.models import Payment
from ledger.audit import audit_book
from ledger.queries import open_findings
from tests.factories.finance import biller, book, desk, flat_plan, found_bill
from tests.factories.stations import api_client
from tests.operation.tls_door import DAY, NAME, Authority, in_front_of

PAGE = "/finance/payments/"
KEY = {"Idempotency-Key": "scarcity-0123456"}


class Counter:
    """A partner with a found bill, who presses *Pay* and looks at a page."""

    def __init__(self, browser):
        flat_plan()
        self.desk = desk(float_minor=1_500_00)
        fetch = found_bill(self.desk, biller())
        self.body = {"fetch_id": str(fetch.pk), "station": self.desk.station.code}
        self.program, self.browser = api_client(self.desk.partner), browser
        browser.force_login(self.desk.partner)
        browser.raise_request_exception = False

    def press(self):
        return self.program.post("/api/v1/bill-payments/", self.body, "json", headers=KEY)

    def assert_told_and_nothing_lost(self):
        """Words with a number for the person, a problem with a code for the program; neither tells of the inside."""
        looked, pressed, ready = self.browser.get(PAGE), self.press(), Client().get("/readyz")
        assert (looked.status_code, looked["Refresh"]) == (503, "10")
        assert b"E-" in looked.content
        assert (pressed.status_code, pressed["Retry-After"]) == (503, "2")
        assert pressed.json()["code"] == "database_unavailable"
        assert ready.json()["missing"] == ["database"]
        for inside in (b"connection", b"certificate", b"FATAL"):
            assert inside not in looked.content + pressed.content

    def assert_goes_on(self):
        """The same key again: done once; the books are right."""
        connection.close()
        assert self.browser.get(PAGE).status_code == 200
        first, again = self.press(), self.press()
        assert (first.status_code, again.status_code) == (202, 202)
        assert first.json()["our_ref"] == again.json()["our_ref"] == str(Payment.objects.get().pk)
        audit_book(book=book(), at=now())
        assert list(open_findings(book())) == []


@pytest.fixture
def counter(own_database, client):
    return Counter(client)


def test_when_the_database_takes_no_more_connections_people_are_told_and_nothing_is_lost(
    counter, own_database, settings
):
    owner = {**psycopg2.extensions.parse_dsn(settings.ECOMNET_OWNER_DATABASE_URL), "dbname": own_database}
    limit = f'ALTER DATABASE "{own_database}" CONNECTION LIMIT'
    connection.close()
    with contextlib.closing(psycopg2.connect(**owner)) as others:
        others.autocommit = True
        others.cursor().execute(f"{limit} 1")
        counter.assert_told_and_nothing_lost()
        others.cursor().execute(f"{limit} -1")
    assert Payment.objects.count() == 0
    counter.assert_goes_on()


def test_when_the_certificate_of_the_database_has_ended_nobody_trusts_it_and_a_new_one_is_enough(counter, tmp_path):
    authority, before = Authority(tmp_path), dict(connection.settings_dict)
    ended, fresh = (authority.certificate(ends_in=days) for days in (-DAY, dt.timedelta(days=90)))
    options = {"sslmode": "verify-full", "sslrootcert": str(authority.root), "hostaddr": "127.0.0.1"}
    with in_front_of(connection.get_connection_params(), ended) as door:
        connection.close()
        connection.settings_dict.update(HOST=NAME, PORT=str(door.port), OPTIONS=before["OPTIONS"] | options)
        try:
            counter.assert_told_and_nothing_lost()
            door.certificate = fresh
            counter.assert_goes_on()
        finally:
            connection.close()
            connection.settings_dict.update(before)

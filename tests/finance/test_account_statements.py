"""A closed month of an account over the API: as a document and as a table, for its holder, with its hash."""

import csv
import datetime as dt
import hashlib
import io

import orjson
import pytest
from django.utils.timezone import now

from finance import chart
from ledger.statements import make_statements
from tests.factories.days import today
from tests.factories.finance import biller, desk, flat_plan, found_bill, pay, provider_says
from tests.factories.stations import api_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def earned():
    """A partner with a closed month of commission, and where it is read."""
    flat_plan()
    ready = desk(float_minor=500_00)
    provider_says(pay(ready, found_bill(ready, biller())), "succeeded")
    account = ready.account(chart.commission_of_user(ready.partner.pk))
    next_month = (today().replace(day=1) + dt.timedelta(days=40)).replace(day=1)
    [statement] = make_statements(account=account, before=next_month, at=now())
    return ready, f"/api/v1/accounts/{account.code}/statements/{statement.month:%Y-%m}/", statement


def test_anybody_who_reads_it_can_check_it_as_document_and_as_table(earned):
    ready, path, statement = earned
    mine = api_client(ready.partner)
    document = mine.get(path).json()
    assert (document["closing_minor"], document["sha256"]) == (1_00, statement.sha256)
    assert hashlib.sha256(b"\n" + orjson.dumps(document["rows"])).hexdigest() == statement.sha256
    answer = mine.get(f"{path}?as=csv")
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.headers["Content-Type"] == "text/csv"
    assert table[0][:4] == ["version", "transfer", "side", "posted"]
    assert table[1:-1] == [[str(cell) for cell in row] for row in document["rows"]]
    assert table[-1] == ["sha256", statement.sha256, "before", ""]


def test_another_partner_has_no_such_account_and_a_month_that_is_none_is_not_there(earned):
    ready, path, _statement = earned
    assert api_client(desk().partner).get(path).status_code == 404
    for month in ("2026-13", "1999-01", "x"):
        assert (
            api_client(ready.partner).get(f"{path.rpartition('statements/')[0]}statements/{month}/").status_code == 404
        )

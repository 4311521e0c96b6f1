"""The books as an accountant reads them: bounded pages, streamed files, any day and any instant."""

import csv
import datetime as dt
import io
import re

import pytest
from django.utils import translation
from django.utils.timezone import now

from finance.account_names import accounts_in_words
from finance.books import views
from finance.books.display import kind_words
from ledger.kinds import KINDS
from ledger.models import Account, MonthArchive
from ledger.queries import trial_balance, trial_lines, trial_page, trial_totals
from ledger.services import Leg, close_days_before
from tests.factories.days import today
from tests.factories.finance import desk
from tests.factories.ledger import BookFactory, account, post, yuan
from tests.factories.stations import api_client, auditor, finance_officer

DAY = dt.timedelta(days=1)


@pytest.fixture
def books(db):
    """Five drawers filled from the bank yesterday, one of them again today; a queued account among them."""
    for number in range(1, 6):
        till = account("till", f"321324-000{number}")
        post(Leg(till, account("bank", "main"), yuan(f"{number}"), "change fund"), business_date=today() - DAY)
    post(Leg(account("till", "321324-0003"), account("bank", "main"), yuan("0.50"), "today"), business_date=today())
    return BookFactory()


@pytest.mark.parametrize("days", [-2, -1, 0, 1])
def test_sums_pages_and_lines_are_the_trial_balance_of_every_day(books, days):
    date = today() + days * DAY
    whole = trial_balance(books, date)
    assert list(trial_lines(books, date)) == whole
    totals = {total.kind: total for total in trial_totals(books, date)}
    assert sum(total.difference for total in totals.values()) == 0
    for kind, total in totals.items():
        mine = [line for line in whole if line.kind == kind]
        assert (total.accounts, total.debits, total.credits, total.balance.minor) == (
            len(mine),
            sum(line.debits for line in mine),
            sum(line.credits for line in mine),
            sum(line.balance.minor for line in mine),
        )
        paged, after, has_more = [], None, True
        while has_more:
            lines, has_more = trial_page(books, date, kind=kind, after=after, limit=2)
            paged += lines
            after = Account.objects.get(pk=lines[-1].account_id)
        assert paged == mine


def test_a_page_has_one_line_for_each_kind_however_many_accounts_there_are(
    books, client, django_assert_max_num_queries
):
    client.force_login(finance_officer())
    client.get("/finance/books/CN/")
    with django_assert_max_num_queries(12):
        page = client.get("/finance/books/CN/").content.decode()
    assert "till:321324-0001" not in page
    assert page.count("kind=till") == 1
    assert "15.50" in page


def test_every_kind_of_account_has_a_name_in_both_languages():
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert [kind for kind in KINDS if "_" in kind_words(kind)] == []
            assert len({kind_words(kind) for kind in KINDS}) == len(KINDS)


def test_accounts_of_a_kind_come_page_after_page(books, client, monkeypatch):
    monkeypatch.setattr(views, "PAGE", 2)
    client.force_login(auditor())
    path, seen = "/finance/books/CN/?kind=till", []
    for _page in range(3):
        page = client.get(path).content.decode()
        seen += re.findall(r"till:321324-\d{4}", page)
        found = re.search(r'href="(\?[^"]*after=[^"]+)"', page)
        path = found and f"/finance/books/CN/{found[1].replace('&amp;', '&')}"
    assert seen == [f"till:321324-000{number}" for number in range(1, 6)]
    assert path is None
    assert client.get("/finance/books/CN/?kind=nothing").status_code == 404
    assert client.get("/finance/books/CN/?date=never").status_code == 422


def test_the_table_is_streamed_and_holds_every_account(db, client):
    for number in range(1, 4):
        post(Leg(account("till", f"321324-000{number}"), account("bank", "main"), yuan("2"), "change fund"))
    client.force_login(finance_officer())
    answer = client.get("/finance/books/CN/table/", {"date": today().isoformat()})
    assert answer.streaming
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    expected = [(line.code, str(line.balance)) for line in trial_balance(BookFactory(), today())]
    assert [(row["account"], row["balance"]) for row in rows] == expected
    assert len(rows) == 4
    assert client.get("/finance/books/CN/table/").status_code == 200
    assert client.get("/finance/books/CN/table/?date=never").status_code == 404


def test_an_account_at_an_instant_by_the_clock_of_the_book(db, client):
    float_ = account("float", "321324-0007:a1")
    post(Leg(account("bank", "main"), float_, yuan("5"), "top-up"))
    client.force_login(finance_officer())
    path = f"/finance/books/CN/accounts/{float_.pk}/"
    now_page = client.get(path)
    assert "¥5.00" in now_page.content.decode()
    assert now_page.context["then"] is None
    before = client.get(path, {"day": (today() - DAY).isoformat(), "clock": "12:00"}).context["then"]
    after = client.get(path, {"day": (today() + DAY).isoformat(), "clock": "12:00"}).context["then"]
    assert (before["balance"].posted.minor, after["balance"].posted.minor) == (0, 5_00)
    assert before["at"].hour == 4  # noon in Shanghai
    assert client.get(path, {"day": "never", "clock": "12:00"}).status_code == 422
    code = float_.code
    api = api_client(finance_officer())
    for at, posted in ((before["at"], "0.00"), (after["at"], "5.00")):
        answer = api.get(f"/api/v1/accounts/{code}/balance/", {"at": at.isoformat()})
        assert answer.json()["posted"] == posted


def test_months_say_whether_they_are_closed_and_copied(books, client):
    first = today().replace(day=1)
    last = (first - DAY).replace(day=1)
    client.force_login(finance_officer())
    [this] = client.get("/finance/books/CN/months/").context["rows"]
    assert (this[0].first, this[0].is_closed, this[0].archive) == (first, False, None)
    close_days_before(book=books, date=first + 40 * DAY)
    MonthArchive.objects.create(
        book=books, month=first, statements=2, entries=9, content_sha256="a" * 64, made_at=now()
    )
    page = client.get("/finance/books/CN/months/").content.decode()
    assert "a" * 64 in page
    assert last not in {row[0].first for row in client.get("/finance/books/CN/months/").context["rows"]}


def test_the_api_gives_the_sums_and_with_a_kind_its_accounts(books, monkeypatch):
    monkeypatch.setattr("finance.payments.api.accounts.PAGE", 3)
    api = api_client(finance_officer())
    path = "/api/v1/books/CN/trial-balance/"
    sums = api.get(path, {"date": today().isoformat()}).json()
    assert sums["results"] == []
    assert {row["kind"]: (row["accounts"], row["balance"]) for row in sums["totals"]} == {
        "till": (5, "15.50"),
        "bank": (1, "-15.50"),
    }
    first = api.get(path, {"date": today().isoformat(), "kind": "till"}).json()
    second = api.get(path, {"date": today().isoformat(), "kind": "till", "after": first["next_after"]}).json()
    assert [row["account"][-1] for row in first["results"] + second["results"]] == ["1", "2", "3", "4", "5"]
    assert second["next_after"] is None
    for odd in ({"kind": "nothing"}, {"date": "never"}):
        assert api.get(path, {"date": today().isoformat()} | odd).status_code == 400
    for after in ("x", "999999999", "9" * 30):
        answer = api.get(path, {"date": today().isoformat(), "kind": "till", "after": after})
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")


def test_the_books_are_of_the_whole_house(books, client):
    ready = desk()
    till = Account.objects.get(code="till:321324-0001")
    paths = ("CN/", f"CN/table/?date={today()}", "CN/months/", f"CN/accounts/{till.pk}/")
    client.force_login(ready.partner)
    assert client.get("/finance/books/").status_code == 403
    assert {client.get(f"/finance/books/{path}").status_code for path in paths} == {404}
    county = finance_officer(ready.station.county)
    client.force_login(county)
    assert {client.get(f"/finance/books/{path}").status_code for path in paths} == {404}
    answer = api_client(county).get("/api/v1/books/CN/trial-balance/", {"date": today().isoformat()})
    assert answer.status_code == 404


def test_an_account_is_called_by_kind_and_name_beside_its_code(db, django_assert_num_queries):
    ready = desk()
    county = ready.station.county
    hexed = ready.partner.pk.hex
    codes = {
        f"till:{ready.station.code}": f"Drawer · {ready.station.name}",
        f"float:{ready.station.code}:{hexed}": f"Float · {ready.station.name} · {ready.partner.shown_name}",
        f"commission:{hexed}": f"Commission · {ready.partner.shown_name}",
        f"commission:county-{county.code[:6]}": f"Commission · {county.short_name}",
        "revenue:platform": "Revenue",
        "fund:pigs": "Fund · pigs",
    }
    with django_assert_num_queries(3), translation.override("en"):
        assert accounts_in_words(codes) == codes

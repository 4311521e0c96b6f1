"""Premiums go to the insurer once a month: drawn up by one officer, sent by another, and the books say so."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from core.days import day_in, last_months
from core.errors import SamePerson, WrongState
from core.gateways.results import Status
from core.models import Instruction
from finance.insurance import accounts
from finance.insurance.queries import names_of_insurers
from finance.insurance.services import (
    InsurerAccountMissing,
    MonthNotOver,
    NoPayingBank,
    NoPremiumsOwed,
    PremiumsStated,
    ask_about_payments,
    body_of_premium,
    cancel_policy,
    fund_policies,
    send_premiums,
    set_insurer_account,
)
from finance.models import PremiumLine, PremiumPayment, PremiumStatement, ReconItem
from finance.payouts.services import NameDiffers
from ledger.audit import audit_book
from ledger.queries import balance
from tests.factories.claims import paying_bank
from tests.factories.finance import book, desk
from tests.factories.insurance import DAY, NOON, enrolled, funds_of, in_force, insured, insurer, villager
from tests.factories.people import second_login_of
from tests.factories.premiums import DECEMBER, MONTH, account_of_insurer, bank_says_of, stated
from tests.factories.stations import (
    StationFactory,
    UserFactory,
    api_client,
    auditor,
    county,
    finance_officer,
    partner_of,
    send,
)


@pytest.fixture
def ready(db):
    return desk()


def owed(company=None):
    """Posted and available of what an insurer is owed, in minor units."""
    held = balance(accounts.premium_payable(company or insurer(), at=NOON))
    return held.posted.minor, held.available.minor


def test_a_statement_takes_what_was_funded_until_the_end_of_its_month(ready):
    insured(ready)
    late = enrolled(villager(ready, full_name="李四"))
    with pytest.raises(MonthNotOver):
        stated(at=DECEMBER - dt.timedelta(hours=1, seconds=1))
    fund_policies(batch=late, funds=funds_of(late), by=finance_officer(), at=DECEMBER)
    november = stated(at=DECEMBER - dt.timedelta(hours=1))
    assert (november.policies, november.amount_minor, november.status) == (1, 100_00, "drawn")
    with pytest.raises(PremiumsStated):
        stated()
    later = stated(month=dt.date(2026, 12, 31), at=DECEMBER + 31 * DAY)
    assert [line.batch for line in later.lines.all()] == [late]
    with pytest.raises(NoPremiumsOwed):
        stated(month=dt.date(2027, 1, 1), at=DECEMBER + 70 * DAY)


def test_a_policy_that_was_cancelled_before_its_premium_is_not_owed(ready):
    version = in_force()
    batch = enrolled(villager(ready), version)
    cancel_policy(policy=batch.policies.get(), reason="搬走了", by=UserFactory(), at=NOON)
    fund_policies(batch=batch, funds=funds_of(batch), by=finance_officer(), at=NOON)
    with pytest.raises(NoPremiumsOwed):
        stated()
    assert owed() == (0, 0)


def test_another_officer_sends_it_and_the_bank_pays_once(ready):
    paying_bank()
    insured(ready)
    statement = stated()
    with pytest.raises(SamePerson):
        send_premiums(statement=statement, by=second_login_of(statement.maker), at=DECEMBER)
    with pytest.raises(InsurerAccountMissing):
        send_premiums(statement=statement, by=finance_officer(), at=DECEMBER)
    account_of_insurer(insurer())
    send_premiums(statement=statement, by=finance_officer(), at=DECEMBER)
    with pytest.raises(WrongState):
        send_premiums(statement=statement, by=finance_officer(), at=DECEMBER)
    payment = PremiumPayment.objects.get()
    assert owed() == (100_00, 0)
    assert body_of_premium(payment.pk)["holder_name"] == "江苏人寿"
    assert "account_no" not in Instruction.objects.get(pk=payment.pk).request
    assert ask_about_payments(at=DECEMBER + DAY) == 1
    for _time in range(2):
        bank_says_of(payment, Status.SUCCEEDED)
    statement.refresh_from_db()
    assert (statement.status, statement.paid_at, owed()) == ("paid", DECEMBER, (0, 0))
    bank_says_of(payment, Status.FAILED, code="account_invalid")
    assert ReconItem.objects.get().kind == "status"
    assert audit_book(book=accounts.insurance_book("CN"), at=DECEMBER).findings == 0


def test_what_was_not_paid_or_came_back_is_sent_again(ready):
    insured(ready)
    account_of_insurer(insurer())
    statement = stated()
    with pytest.raises(NoPayingBank):
        send_premiums(statement=statement, by=finance_officer(), at=DECEMBER)
    paying_bank()
    for word, after in ((Status.FAILED, (100_00, 100_00)), (Status.REVERSED, (100_00, 100_00))):
        send_premiums(statement=statement, by=finance_officer(), at=DECEMBER)
        bank_says_of(PremiumPayment.objects.latest("pk"), word, code="account_closed")
        statement.refresh_from_db()
        assert (statement.status, statement.sender, owed()) == ("drawn", None, after)
    assert list(PremiumPayment.objects.order_by("pk").values_list("status", flat=True)) == ["failed", "returned"]
    assert audit_book(book=accounts.insurance_book("CN"), at=DECEMBER).findings == 0


def test_an_insurer_is_paid_to_an_account_in_its_own_name_in_its_currency(db):
    book("JP", "Asia/Tokyo")
    paying_bank("JP", "JPY")
    company = insurer(company_code="JP1", name="Nogyo Life", name_zh="农业人寿", country="JP", currency="JPY")
    there = desk(county=county(country="JP"), currency="JPY", zone="Asia/Tokyo")
    insured(there, version=in_force(company))
    with pytest.raises(NameDiffers):
        set_insurer_account(
            insurer=company, bank_code="ICBC", account_no="123456", holder_name="别人", by=UserFactory(), at=NOON
        )
    account = account_of_insurer(company)
    assert names_of_insurers([account.payee, "county-1"]) == {account.payee: company.shown_name}
    statement = stated(company)
    send_premiums(statement=statement, by=finance_officer(), at=DECEMBER)
    bank_says_of(PremiumPayment.objects.get(), Status.SUCCEEDED)
    assert (str(statement.amount), statement.currency, owed(company)) == ("100", "JPY", (0, 0))


def test_the_database_holds_a_statement_to_its_lines_and_to_two_persons(ready):
    insured(ready)
    statement = stated()
    rows = PremiumStatement.objects.filter(pk=statement.pk)
    with pytest.raises(IntegrityError, match="premiums_are_sent_by_another_person"), transaction.atomic():
        rows.update(status="sent", sender=statement.maker)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(amount_minor=1)
    other = enrolled(villager(ready, full_name="李四"))
    PremiumLine.objects.create(statement=statement, batch=other, policies=1, amount_minor=1, currency="CNY")
    with pytest.raises(IntegrityError, match="statement_of_premiums_is_its_lines"):
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_auditor_finds_a_premium_that_no_fund_paid(ready):
    insured(ready)
    statement = stated()
    book = accounts.insurance_book("CN")
    assert audit_book(book=book, at=DECEMBER).findings == 0
    account_of_insurer(insurer())
    paying_bank()
    send_premiums(statement=statement, by=finance_officer(), at=DECEMBER)
    PremiumStatement.objects.filter(pk=statement.pk).update(status="paid", paid_at=DECEMBER)
    found = audit_book(book=book, at=DECEMBER)
    assert found.findings == 1


def test_a_statement_over_the_api_and_on_the_pages(ready, client):
    paying_bank()
    at = now()
    insured(ready, at=at - 40 * DAY)
    month = last_months(day_in("Asia/Shanghai", at), 2)[0]
    officer, second = finance_officer(), finance_officer()
    wish = {"insurer": insurer().pk, "month": f"{month:%Y-%m}"}
    stranger = api_client(partner_of(StationFactory()))
    assert send(stranger, "/api/v1/premium-statements/", **wish).status_code == 403
    for odd, answer in (("0000-01", 400), ("0001-01", 422), ("9999-12", 422)):
        refused = send(api_client(officer), "/api/v1/premium-statements/", **wish | {"month": odd})
        assert refused.status_code == answer
    made = send(api_client(officer), "/api/v1/premium-statements/", **wish)
    assert (made.status_code, made.json()["amount"], made.json()["status"]) == (201, "100.00", "drawn")
    one = f"/api/v1/premium-statements/{made.json()['id']}/"
    account = {"bank_code": "ICBC", "account_no": "6222021102004821", "holder_name": "江苏人寿"}
    assert send(api_client(officer), f"{one}account/", **account).status_code == 200
    assert send(api_client(officer), f"{one}send/").json()["code"] == "same_person"
    assert send(api_client(second), f"{one}send/").json()["code"] == "insurer_account_missing"
    shown = api_client(auditor()).get(one).json()
    assert [line["amount"] for line in shown["lines"]] == ["100.00"]
    assert stranger.get(one).status_code == 404
    client.force_login(second)
    page = client.get("/finance/insurance/premiums/").content.decode()
    assert made.json()["number"] in page
    assert "100.00" in client.get("/finance/insurance/premiums/?csv=1").getvalue().decode()
    statement = f"/finance/insurance/premiums/{made.json()['id']}/"
    page = client.get(statement)
    account_of_insurer(insurer(), at=at)
    pressed = {"key": page.context["send"]["key"].value()}
    assert client.post(f"{statement}send/", pressed).status_code == 303
    assert PremiumStatement.objects.get().status == "sent"
    new = client.get("/finance/insurance/premiums/new/")
    typed = {"key": new.context["form"]["key"].value(), "insurer": insurer().pk, "month": month.isoformat()}
    assert client.post("/finance/insurance/premiums/new/", typed).status_code == 409


def test_two_officers_draw_up_one_statement(own_database):
    insured(desk())
    officers = [finance_officer() for _number in range(2)]
    outcomes, barrier = [], threading.Barrier(2)

    def draw(officer):
        barrier.wait()
        try:
            outcomes.append(stated(by=officer).status)
        except PremiumsStated as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=draw, args=(officer,)) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["drawn", "premiums_stated"]
    assert (PremiumStatement.objects.get().month_date, PremiumLine.objects.count()) == (MONTH, 1)

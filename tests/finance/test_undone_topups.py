"""A top-up for the wrong float is undone by two persons: exactly, once, and only while the float holds all of it."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from core.models import Notice
from core.money import Money
from finance import chart
from finance.floats.services import (
    FloatSpent,
    TopUpInCash,
    UndoAsked,
    UndoNotAsked,
    ask_undo_topup,
    credit_topup,
    match_topup,
    record_topup,
    request_topup,
    undo_topup,
)
from finance.models import BankExplanation, FloatTopUp, TopUpUndo
from ledger.models import Transfer
from ledger.services import Leg, MadeBy, post_transfers
from tests.factories.days import today
from tests.factories.finance import desk
from tests.factories.people import second_login_of
from tests.factories.recon import bank_lines
from tests.factories.stations import county_clerk_of, county_manager_of, finance_officer
from tests.finance.auditing import findings
from tests.finance.test_payout_doors import post
from tests.finance.test_recon_pages import browser_of, press, text_of

SUSPENSE = chart.suspense("main")
REASON = "汇给邻村的"


@pytest.fixture
def ready(db):
    return desk()


@pytest.fixture
def line(db):
    [found] = bank_lines("L-1,in,30.00,no reference")
    return found


@pytest.fixture
def topup(ready, line):
    return credited(ready, line)


def credited(ready, line):
    recorded = record_topup(bank_line=line, station=ready.station, by=finance_officer(), at=now())
    return credit_topup(topup=recorded, by=finance_officer(), at=now())


def asked(topup, by=None):
    return ask_undo_topup(topup=topup, reason=REASON, by=by or finance_officer(), at=now())


def undone(topup):
    asked(topup)
    return undo_topup(topup=topup, by=finance_officer(), at=now())


def used(ready, minor):
    """So much of the float is spent: only the rest is left of it."""
    post_transfers(
        legs=[
            Leg(ready.account(ready.float_key), ready.account(chart.bank("main")), Money(minor, "CNY"), "test money")
        ],
        event_type="test_money",
        event_id=uuid4().hex,
        business_date=today(),
        made_by=MadeBy("system"),
        at=now(),
    )


def test_what_was_added_goes_back_whole_and_the_line_may_fill_another_float(ready, line, topup):
    undo = undone(topup)
    topup.refresh_from_db()
    line.refresh_from_db()
    assert (topup.status, topup.reason, undo.bank_line, line.explained_minor) == ("undone", REASON, line, 0)
    assert (ready.holds(ready.float_key), ready.holds(SUSPENSE)) == (0, 30_00)
    assert Transfer.objects.get(pk=undo.transfer_id).reversal_of == topup.transfer_id
    assert BankExplanation.objects.get().taken_back_id == undo.transfer_id
    assert Notice.objects.get(template="topup_undone").user == ready.partner.pk
    neighbour = desk()
    credited(neighbour, line)
    assert (neighbour.holds(neighbour.float_key), neighbour.holds(SUSPENSE)) == (30_00, 0)
    assert findings() == []


def test_a_top_up_that_was_matched_and_not_yet_added_moves_nothing(ready, line):
    topup = request_topup(station=ready.station, amount=Money(30_00, "CNY"), by=ready.partner, at=now())
    match_topup(topup=topup, bank_line=line, by=county_clerk_of(ready.station.county), at=now())
    assert undone(topup).transfer_id is None
    assert (ready.holds(SUSPENSE), Notice.objects.filter(template="topup_undone").count()) == (30_00, 0)
    record_topup(bank_line=line, station=ready.station, by=finance_officer(), at=now())


def test_who_asked_does_not_undo_under_any_login(ready, topup):
    officer = finance_officer()
    with pytest.raises(UndoNotAsked):
        undo_topup(topup=topup, by=officer, at=now())
    asked(topup, officer)
    with pytest.raises(UndoAsked):
        asked(topup)
    second = finance_officer(user=second_login_of(officer))
    for login in (officer, second):
        with pytest.raises(SamePerson):
            undo_topup(topup=topup, by=login, at=now())
    with pytest.raises(IntegrityError, match="topup_is_undone_by_another"), transaction.atomic():
        TopUpUndo.objects.update(done_by=second, done_at=now())
    assert ready.holds(ready.float_key) == 30_00


def test_it_is_undone_once(ready, topup):
    undone(topup)
    for again in (lambda: undo_topup(topup=topup, by=finance_officer(), at=now()), lambda: asked(topup)):
        with pytest.raises(WrongState):
            again()
    assert (ready.holds(ready.float_key), ready.holds(SUSPENSE)) == (0, 30_00)


def test_a_float_that_holds_a_cent_less_keeps_what_it_has(ready, line, topup):
    asked(topup)
    used(ready, 1)
    with pytest.raises(FloatSpent) as refused:
        undo_topup(topup=topup, by=finance_officer(), at=now())
    assert (refused.value.code, refused.value.params["available"]) == ("float_spent", Money(29_99, "CNY").display())
    topup.refresh_from_db()
    line.refresh_from_db()
    assert (topup.status, line.explained_minor, ready.holds(ready.float_key)) == ("credited", 30_00, 29_99)


def test_a_float_that_holds_exactly_so_much_gives_it_back(topup):
    full = desk(float_minor=1)
    [line] = bank_lines("L-2,in,30.00,no reference")
    other = credited(full, line)
    used(full, 1)
    undone(other)
    assert full.holds(full.float_key) == 0


def test_what_came_over_no_bank_line_is_not_undone(ready, topup):
    waiting = request_topup(station=ready.station, amount=Money(30_00, "CNY"), by=ready.partner, at=now())
    with pytest.raises(WrongState):
        asked(waiting)
    FloatTopUp.objects.filter(pk=topup.pk).update(via="cash", bank_line=None)
    with pytest.raises(TopUpInCash):
        asked(topup)


def test_the_same_by_page_and_only_finance_is_offered_it(ready, topup):
    page, first, second = f"/finance/floats/topups/{topup.pk}/", browser_of(finance_officer()), finance_officer()
    for outsider in (ready.partner, county_manager_of(ready.station.county)):
        assert "ask-undo" not in text_of(browser_of(outsider).get(page))
        assert press(browser_of(outsider), f"{page}ask-undo/", reason=REASON).status_code in {403, 404}
    assert f"{page}ask-undo/" in text_of(first.get(page))
    assert press(first, f"{page}ask-undo/", reason=" ").status_code == 422
    assert press(first, f"{page}ask-undo/", reason=REASON).status_code == 303
    shown = text_of(first.get(page))
    assert REASON in shown
    assert f"{page}undo/" not in shown
    assert f"{page}undo/" in text_of(browser_of(second).get(page))
    assert press(browser_of(second), f"{page}undo/").status_code == 303
    assert FloatTopUp.objects.get().status == "undone"
    assert REASON in text_of(browser_of(ready.partner).get(page))


def test_the_same_over_the_api(ready, topup):
    path, first, second = f"topups/{topup.pk}", finance_officer(), finance_officer()
    assert post(county_manager_of(ready.station.county), f"{path}/undo/", {}).status_code == 403
    assert post(second, f"{path}/undo/", {}).json()["code"] == "undo_not_asked"
    answer = post(first, f"{path}/ask-undo/", {"reason": REASON})
    assert (answer.status_code, answer.json()["reason"], answer.json()["done_at"]) == (200, REASON, None)
    assert post(first, f"{path}/undo/", {}).json()["code"] == "same_person"
    assert post(second, f"{path}/undo/", {}).json()["done_at"]
    assert post(second, f"{path}/undo/", {}).json()["code"] == "wrong_state"


def test_of_four_at_once_one_undoes_it(own_database):
    ready = desk()
    [line] = bank_lines("L-1,in,30.00,no reference")
    topup = credited(ready, line)
    asked(topup)
    officers = [finance_officer() for _ in range(4)]

    def attempt(officer):
        try:
            undo_topup(topup=FloatTopUp.objects.get(pk=topup.pk), by=officer, at=now())
        except WrongState:
            return "refused"
        finally:
            connection.close()
        return "undone"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, officers)) == ["refused"] * 3 + ["undone"]
    assert (ready.holds(ready.float_key), ready.holds(SUSPENSE)) == (0, 30_00)

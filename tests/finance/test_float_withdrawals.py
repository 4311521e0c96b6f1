"""Money out of the float: set aside at once for the next payouts; all of it when a contract ends."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils.timezone import now

from core.money import parse
from finance.floats.services import (
    FloatStopped,
    NoPartnerHere,
    NothingToMove,
    NotYourFloat,
    WithdrawalTooLarge,
    clear_float,
    send_float,
    withdraw_float,
)
from finance.payouts.models import PayoutAccount, PayoutLine
from finance.payouts.services import NoPayoutAccount
from stations.models import Contract
from tests.factories.finance import desk, helper_at
from tests.factories.payouts import banked
from tests.factories.stations import api_client, county_clerk_of, county_manager_of, partner_of


def ready_to_withdraw(minor=1_000_00):
    ready = desk(float_minor=minor, till_open=False)
    banked(ready.partner)
    return ready


@pytest.fixture
def ready(db):
    return ready_to_withdraw()


def withdraw(ready, amount="300.00", by=None):
    return withdraw_float(station=ready.station, amount=parse(amount, "CNY"), by=by or ready.partner, at=now())


def test_what_is_taken_out_is_set_aside_and_waits_for_the_next_payouts(ready):
    line = withdraw(ready)
    assert (line.status, line.batch, line.is_withdrawal, line.payee) == ("draft", None, True, ready.partner.pk.hex)
    assert (ready.can_use(ready.float_key), ready.holds(ready.float_key)) == (700_00, 1_000_00)
    assert list(PayoutLine.objects.waiting()) == [line]


@pytest.mark.parametrize(("amount", "is_refused"), [("999.99", False), ("1000.00", False), ("1000.01", True)])
def test_no_more_is_taken_out_than_can_be_used(ready, amount, is_refused):
    if is_refused:
        with pytest.raises(WithdrawalTooLarge):
            withdraw(ready, amount)
        assert (PayoutLine.objects.count(), ready.can_use(ready.float_key)) == (0, 1_000_00)
    else:
        assert withdraw(ready, amount).amount_minor == parse(amount, "CNY").minor


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_nothing_is_not_taken_out(ready, amount):
    with pytest.raises(NothingToMove):
        withdraw(ready, amount)
    assert PayoutLine.objects.count() == 0


def test_only_whose_money_it_is_takes_it_out(ready):
    with pytest.raises(NotYourFloat):
        withdraw(ready, by=partner_of(ready.station))
    assert PayoutLine.objects.count() == 0


@pytest.mark.parametrize("known", [{}, {"status": "restricted", "reason": "x"}])
def test_somebody_has_to_know_where_it_goes(ready, known):
    if known:
        PayoutAccount.objects.update(**known)
    else:
        PayoutAccount.objects.all().delete()
    with pytest.raises(NoPayoutAccount):
        withdraw(ready)
    assert ready.can_use(ready.float_key) == 1_000_00


def test_while_a_contract_is_suspended_the_county_alone_gives_it_back(ready):
    Contract.objects.update(status="suspended")
    with pytest.raises(FloatStopped):
        withdraw(ready)
    assert PayoutLine.objects.count() == 0
    line = clear_float(station=ready.station, by=county_manager_of(ready.station.county), at=now())
    assert (line.amount_minor, line.payee) == (1_000_00, ready.partner.pk.hex)
    assert ready.can_use(ready.float_key) == 0


def test_at_the_end_of_a_contract_all_that_can_be_used_goes_back(ready):
    other = desk(till_open=False)
    send_float(station=ready.station, to=other.station, amount=parse("400.00", "CNY"), by=ready.partner, at=now())
    manager = county_manager_of(ready.station.county)
    line = clear_float(station=ready.station, by=manager, at=now())
    assert (line.amount_minor, line.asked_by) == (600_00, manager)
    with pytest.raises(NothingToMove):
        clear_float(station=ready.station, by=manager, at=now())
    assert PayoutLine.objects.count() == 1


def test_who_clears_a_float_is_not_its_partner(ready):
    with pytest.raises(NothingToMove):
        clear_float(station=ready.station, by=ready.partner, at=now())
    Contract.objects.all().delete()
    with pytest.raises(NoPartnerHere):
        clear_float(station=ready.station, by=county_manager_of(ready.station.county), at=now())
    assert PayoutLine.objects.count() == 0


@pytest.mark.usefixtures("own_database")
def test_eight_withdrawals_at_once_take_out_what_there_is():
    ready = ready_to_withdraw()

    def attempt(_number):
        try:
            withdraw(ready, "300.00")
        except WithdrawalTooLarge as refusal:
            return refusal.code
        finally:
            connection.close()
        return "set aside"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, range(8))) == ["set aside"] * 3 + ["withdrawal_too_large"] * 5
    assert ready.can_use(ready.float_key) == 100_00


def test_over_the_api_partner_and_county_manager_do_it(db):
    ready = ready_to_withdraw()

    def post(user, key, **body):
        values = {"station": ready.station.code, **body}
        return api_client(user).post(
            "/api/v1/float-withdrawals/", values, "json", headers={"Idempotency-Key": key * 16}
        )

    far = county_manager_of(desk(till_open=False).station.county)
    assert post(helper_at(ready), "a", amount="1.00").status_code == 403
    assert post(county_clerk_of(ready.station.county), "b").status_code == 403
    assert post(far, "c").status_code == 404
    made = [post(ready.partner, "d", amount="300.00") for _ in range(2)]
    assert [(answer.status_code, answer.json()["amount"]) for answer in made] == [(201, "300.00")] * 2
    assert post(ready.partner, "e").json()["code"] == "nothing_to_move"
    assert post(county_manager_of(ready.station.county), "f").json()["amount"] == "700.00"
    assert PayoutLine.objects.count() == 2

"""What a line of our bank was: said once, by the one who knows it, and taken by nothing else afterwards."""

import pytest
from django.utils.timezone import now

from finance import chart
from finance.floats.services import BankLineTaken, credit_topup, match_by_reference, match_topup, request_topup
from finance.models import FloatTopUp, Remittance
from finance.recon.services import ExplanationUnfit, explain_by_hand
from finance.tills.services import (
    BankLineUnfitForSlip,
    hand_over_cash,
    match_remittance,
    match_slip_by_reference,
)
from tests.factories.finance import desk, fill
from tests.factories.recon import bank_lines
from tests.factories.refunds import photo_by
from tests.factories.stations import county_clerk_of, finance_officer
from tests.factories.tills import cash_desk, declared, on_its_way, open_centre, yuan
from tests.finance.auditing import findings

pytestmark = pytest.mark.django_db

SUSPENSE = chart.suspense("main")


def said(line, kind, minor, of=""):
    officer = finance_officer()
    about = {"line": line, "kind": kind, "amount": yuan(minor), "of": of, "text": ""}
    return explain_by_hand(**about, by=officer, at=now())


def slip(ready, minor=100_00):
    """Cash that the partner has paid in at the bank."""
    bank_slip = declared(ready, minor, via="bank_slip", carrier=None)
    return hand_over_cash(remittance=bank_slip, slip_photo=photo_by(ready.partner), by=ready.partner, at=now())


def test_the_centres_own_deposit_comes_out_of_its_till():
    ready = cash_desk(500_00)
    open_centre(ready)
    fill(ready, chart.till(ready.centre), 300_00)
    [line] = bank_lines("B-1,in,300.00")
    made = said(line, "remittance", 300_00, ready.centre.code)
    assert (made.account.code, ready.holds(chart.till(ready.centre)), ready.holds(SUSPENSE)) == (
        f"till:{ready.centre.code}", 0, 0,
    )  # fmt: skip
    assert findings() == []


def test_cash_of_a_village_is_matched_with_its_slip_and_not_said_by_hand():
    """Else what is on its way would be gone from the books, and the slip could never arrive."""
    ready = cash_desk(500_00)
    on_its_way(ready, 100_00)
    [line] = bank_lines("B-1,in,100.00")
    for of in (ready.station.code, "nowhere", ""):
        with pytest.raises(ExplanationUnfit):
            said(line, "remittance", 100_00, of)
    assert ready.holds(chart.cash_in_transit(ready.station)) == ready.holds(SUSPENSE) == 100_00
    assert findings() == []


def test_a_line_of_which_a_part_was_explained_fills_no_float():
    ready = desk()
    topup = request_topup(station=ready.station, amount=yuan(100_00), by=ready.partner, at=now())
    [line] = bank_lines(f"B-1,in,100.00,{topup.reference}")
    said(line, "interest", 1)
    line.refresh_from_db()
    with pytest.raises(BankLineTaken):
        match_topup(topup=topup, bank_line=line, by=county_clerk_of(ready.station.county), at=now())
    assert match_by_reference(bank_line=line, at=now()) is None
    assert (FloatTopUp.objects.get().status, ready.holds(SUSPENSE)) == ("requested", 99_99)


def test_who_meant_to_bring_cash_and_sent_it_has_filled_the_float_by_bank():
    ready = desk()
    topup = request_topup(station=ready.station, amount=yuan(100_00), by=ready.partner, at=now(), via="cash")
    [line] = bank_lines("B-1,in,100.00")
    match_topup(topup=topup, bank_line=line, by=county_clerk_of(ready.station.county), at=now())
    done = credit_topup(topup=topup, by=finance_officer(), at=now())
    assert (done.via, done.status, ready.holds(ready.float_key)) == ("bank", "credited", 100_00)
    assert findings() == []


def test_a_line_of_which_a_part_was_explained_is_no_slip():
    ready = cash_desk(500_00)
    paid_in = slip(ready)
    [line] = bank_lines(f"B-1,in,100.00,{paid_in.reference}")
    said(line, "interest", 1)
    line.refresh_from_db()
    with pytest.raises(BankLineUnfitForSlip):
        match_remittance(remittance=paid_in, bank_line=line, by=ready.clerk, at=now())
    assert match_slip_by_reference(bank_line=line, at=now()) is None
    assert (Remittance.objects.get().status, ready.holds(SUSPENSE)) == ("in_transit", 99_99)

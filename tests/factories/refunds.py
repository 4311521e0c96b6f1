"""Money owed back, and what proves whose it is."""

from django.utils.timezone import now

from finance.payments.services import CodeProof, WitnessProof, hand_back_cash, send_refund_code
from tests.factories.finance import code_sent_for, photo_by


def hand_back(refund, ready, proof, *, notes="own", at=None):
    return hand_back_cash(
        refund=refund, notes=notes, proof=proof, station=ready.station, by=ready.partner, at=at or now()
    )


def coded(refund, at=None):
    """The proof of a code that has just been sent."""
    send_refund_code(refund=refund, at=at or now())
    return CodeProof(code_sent_for(refund))


def seen(refund, ready, witness=None):
    """The proof of slip and photo, with a witness or without."""
    return WitnessProof(refund.payment.receipts.first().number, witness, photo_by(ready.partner))


def assert_still_owed(refund, ready, minor=100_00):
    refund.refresh_from_db()
    assert refund.status not in {"paid_out", "spent"}
    assert ready.holds(ready.funds_key) == minor

"""Money owed back, and what proves whose it is."""

import re

from django.utils.timezone import now

from core.models import Notice, StoredFile
from core.notices.services import message_of
from finance.models import Refund
from finance.payments.services import CodeProof, WitnessProof, hand_back_cash, send_refund_code
from stations.models import User


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


def photo_by(user: User) -> StoredFile:
    """A photo that this person has stored; nobody looks at it here."""
    return StoredFile.objects.create(
        content="files/photo.jpg",
        media_type="image/jpeg",
        size=1,
        sha256="0" * 64,
        stored_by=user.pk,
        stored_at=now(),
    )


def code_sent_for(refund: Refund) -> str:
    """The six digits of the newest message about this refund, as the phone shows them."""
    notice = Notice.objects.filter(dedupe_key__startswith=f"refund_code:{refund.pk}:").latest("pk")
    return re.search(r"(?<!\d)\d{6}(?!\d)", message_of(notice.our_ref)["text"]).group()

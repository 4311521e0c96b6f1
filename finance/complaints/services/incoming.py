"""Complaints come in: at the counter, or as the reply to a message."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refused_by, refuses
from core.history import record_change
from core.language.reasons import no_identity_numbers
from finance.complaints.clocks import after_business_days
from finance.complaints.models import Complaint
from finance.complaints.services.answering import reopen_complaint
from finance.complaints.services.steps import tell
from finance.payments.models import Payment
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.network.paper_numbers import paper_number

#: To be given to somebody within so long; to be answered within so many business days.
ASSIGNED_WITHIN = dt.timedelta(hours=4)
ANSWERED_WITHIN = 3
#: The word of a message that says "I paid more than the slip shows", and how old the payment may be.
PAID_MORE = "1"
REPLIES_ABOUT = dt.timedelta(days=30)


class AlreadyComplained(Refused):
    """Somebody works on it already."""

    code = "already_complained"
    message = _("This is already being reviewed as %(number)s.")


@refuses(AlreadyComplained)
@no_identity_numbers("text")
@transaction.atomic
def log_complaint(
    *,
    payment: Payment,
    kind: str,
    text: str,
    by: User | None,
    at: dt.datetime,
    channel: str = Complaint.Channel.COUNTER,
) -> Complaint:
    """Write down what somebody says about a payment; the county is told and its clocks begin.

    One of the same kind is open at a time.
    """
    Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment.pk)
    known = payment.complaints.filter(kind=kind).open().first()
    if known is not None:
        raise AlreadyComplained(number=known.number)
    station = payment.station
    complaint = Complaint.objects.create(
        number=paper_number(station, "C", at, marks=4),
        payment=payment,
        currency=payment.currency,
        station=station,
        kind=kind,
        text=text,
        channel=channel,
        logged_by=by,
        logged_at=at,
        assign_due_at=at + ASSIGNED_WITHIN,
        due_at=after_business_days(ANSWERED_WITHIN, country=station.county.country, zone=station.zone, at=at),
    )
    record_change(complaint, old="", new=complaint.status, at=at, actor=by.pk if by else None)
    tell(people_in_role(Role.COUNTY_MANAGER, at=at, station=station), "complaint_logged", complaint, at=at)
    return complaint


@refuses(*refused_by(log_complaint, reopen_complaint))
@transaction.atomic
def hear_reply(*, phone: str, word: str, message_id: str, at: dt.datetime) -> bool:
    """`1` in a message: the newest payment of this phone was charged more than its slip says.

    What is answered already is opened again, what is open stays as it is; anything else is not understood.
    """
    if word != PAID_MORE:
        return False
    payment = _newest_payment_of(phone, at=at)
    if payment is None:
        return False
    known = payment.complaints.filter(kind=Complaint.Kind.OVERCHARGED).order_by("-logged_at").first()
    if known is None or known.status == Complaint.Status.CLOSED:
        log_complaint(
            payment=payment,
            kind=Complaint.Kind.OVERCHARGED,
            text="",
            by=None,
            at=at,
            channel=Complaint.Channel.SMS,
        )
    elif known.status == Complaint.Status.RESOLVED:
        reopen_complaint(complaint=known, note="", by=None, at=at)
    return True


def _newest_payment_of(phone: str, *, at: dt.datetime) -> Payment | None:
    """The newest one with a fee, since its message asked for the reply; else the newest."""
    recent = Payment.objects.filter(
        Q(payer_phone=phone), taken_at__gte=at - REPLIES_ABOUT, taken_at__lte=at
    ).select_related("station__county")
    return recent.filter(agent_fee_minor__gt=0).order_by("-our_ref").first() or recent.order_by("-our_ref").first()

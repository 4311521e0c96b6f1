"""Claims about boxes of presales, and advances to farmers, as far as a test needs them."""

import datetime as dt
import re
from typing import Any
from uuid import uuid4

from django.utils.timezone import now

from core.models import Notice
from core.money import Money
from core.notices.services import message_of
from orders.models import Intake, PresaleClaim, PresaleCycle, PresaleOrder
from orders.presales import services
from orders.produce import services as produce
from stations.models import PhoneCode
from tests.factories.presales import allotted, opened, ordered
from tests.factories.produce import Orchard
from tests.factories.refunds import photo_by

DAY = dt.timedelta(days=1)


def delivered(ready: Orchard, *boxes: int) -> PresaleCycle:
    """Boxes that residents ordered are at the stations; each got all of them."""
    presale = opened(ready)
    for each in boxes:
        ordered(ready, presale, each)
    presale = allotted(ready, presale, sum(boxes))
    at = present_end(presale)
    services.deliver_presale(presale=presale, by=ready.clerk, at=at)
    presale.refresh_from_db()
    return presale


def present_end(presale: PresaleCycle) -> dt.datetime:
    """When nobody can give boxes up any more."""
    assert presale.settled_at is not None
    return presale.settled_at + 2 * DAY


def collected(ready: Orchard, order: PresaleOrder, *, at: dt.datetime | None = None) -> PresaleOrder:
    ended = order.presale.ended_at
    assert ended is not None
    return services.hand_over_presale_order(order=order, by=ready.partner, at=at or ended)


def claimed(ready: Orchard, order: PresaleOrder, boxes: int = 1, **values: Any) -> PresaleClaim:
    """The buyer shows bad boxes at the counter."""
    given = {"order": order, "boxes": boxes, "reason": "spoiled", "words": "烂了", "by": ready.partner}
    given |= {"photo": photo_by(ready.partner), "at": order.ended_at, "key": uuid4().hex}
    return services.raise_presale_claim(**{**given, **values})


def advance_code(ready: Orchard, intake: Intake, minor: int, *, at: dt.datetime | None = None) -> str:
    """The code that the farmer received for an advance of exactly so much."""
    amount = Money(minor, intake.currency)
    produce.send_advance_code(intake=intake, amount=amount, by=ready.partner, at=at or now())
    sent = PhoneCode.objects.filter(purpose="advance").latest("pk")
    text = message_of(Notice.objects.get(dedupe_key=f"phone-code:{sent.pk}").our_ref)["text"]
    return re.findall(r"(?<!\d)\d{6}(?!\d)", text)[0]

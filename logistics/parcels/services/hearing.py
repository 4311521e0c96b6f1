"""What a carrier's own system says of parcels that it has: signed callbacks, in any order, twice, and late."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refused_by, refuses
from core.gateways.models import Callback
from core.gateways.results import Malformed, instant, line, parse_object
from core.gateways.services import Effect
from core.language.reasons import NumberInText, refuse_number
from logistics.parcels.models import Parcel
from logistics.parcels.services.outside import CarrierWord, record_carrier_scan
from logistics.parcels.services.steps import Kind, Scan, Status, Step, known_step, take_step

#: The carrier scans a parcel before our clerk has recorded that it was given: its word waits for that so long.
WAITS_FOR_HAND_OVER = dt.timedelta(days=1)
LONGEST_NOTE = 200
#: Between the word that contradicts and its note, in the reason of the step.
WORD_AND_NOTE = " · "

#: Where a parcel stands once it is known that a word was true.
_AFTER = {
    CarrierWord.DELIVERED: frozenset({Status.DELIVERED}),
    CarrierWord.BROUGHT_BACK: frozenset({Status.RETURN_TO_SENDER, Status.RETURNED}),
}


class HandOverNotRecorded(Refused):
    """According to us the parcel has not been given to a carrier yet."""

    code = "hand_over_not_recorded"
    message = _("It is not recorded yet that this parcel was given to the carrier.")
    retry_after = 600


@dataclass(frozen=True, slots=True)
class Said:
    """One word of a carrier, as it is recorded."""

    word: CarrierWord
    note: str
    scan: Scan


@refuses(HandOverNotRecorded, *refused_by(record_carrier_scan))
@transaction.atomic
def hear_carrier(*, callback: Callback, said: Mapping[str, object], at: dt.datetime) -> Effect:
    """Take what a carrier's system says of a parcel (its number is `our_ref`) as if a clerk had recorded it.

    The same event again changes nothing; scans on the way that come late stand in the history alone; what contradicts
    the end of a parcel stands there, too, and waits for a clerk to examine it. A carrier speaks of the parcels that it
    was given.
    Refused, and heard again later: `hand_over_not_recorded`; and those of `record_carrier_scan`.
    """
    try:
        word = _read(callback, said)
    except Malformed:
        return Effect.MALFORMED
    found = Parcel.objects.filter(number=callback.our_ref, goes_outside=True).first()
    if found is None:
        return Effect.STRAY
    parcel = lock(found)
    if parcel.outside_carrier is None and not parcel.has_ended and at < callback.received_at + WAITS_FOR_HAND_OVER:
        raise HandOverNotRecorded
    if parcel.outside_carrier is None or parcel.outside_carrier.system_id != callback.provider_id:
        return Effect.STRAY
    return _take(parcel, word, at=at)


def _take(parcel: Parcel, said: Said, *, at: dt.datetime) -> Effect:
    if known_step(parcel, said.scan) is not None:
        return Effect.IGNORED
    if parcel.is_with_carrier:
        record_carrier_scan(parcel=parcel, word=said.word, note=said.note, by=None, at=at, scan=said.scan)
        return Effect.APPLIED
    if said.word == CarrierWord.ON_THE_WAY:
        step = Step(Kind.TRACKED, parcel.status, reason=said.note)
        take_step(parcel, step, by=None, at=at, scan=said.scan, is_late=True)
        return Effect.APPLIED
    if parcel.status in _AFTER[said.word]:
        return Effect.IGNORED
    parcel.contradicted_at = parcel.contradicted_at or at
    reason = WORD_AND_NOTE.join(filter(None, [said.word, said.note]))[:LONGEST_NOTE]
    take_step(parcel, Step(Kind.CONTRADICTED, parcel.status, reason=reason), by=None, at=at, scan=said.scan)
    return Effect.CONTRADICTS


def _read(callback: Callback, said: Mapping[str, object]) -> Said:
    """Raises `Malformed`."""
    word = callback.event_type.partition(".")[2]
    if word not in CarrierWord.values:
        raise Malformed("event_type")
    occurred_at = instant(parse_object(bytes(callback.body)).get("occurred_at"))
    note = said.get("note")
    scan = Scan(occurred_at, key=f"callback:{callback.pk}")
    return Said(CarrierWord(word), _note(note) if note not in (None, "") else "", scan)


def _note(value: object) -> str:
    """Where it was scanned, or why it was not delivered; what may be an identity number is not kept."""
    note = line(value, longest=LONGEST_NOTE)
    try:
        refuse_number(note, field="note")
    except NumberInText:
        return ""
    return note

"""How parcels read on pages."""

from django.utils.translation import gettext as _

from core.language import formatting
from core.web.timeline import Entry
from logistics.parcels.models import Parcel, ParcelEvent
from logistics.parcels.queries import steps_of
from logistics.parcels.services import WORD_AND_NOTE, CarrierWord

_S = Parcel.Status
_BAD = (_S.LOST, _S.REFUSED, _S.UNCOLLECTED)


def kind_of(parcel: Parcel) -> str:
    """The kind of a parcel's status word."""
    if parcel.status in _BAD or parcel.exception == Parcel.Trouble.DAMAGED:
        return "bad"
    if parcel.status in (_S.COLLECTED, _S.DELIVERED, _S.RETURNED):
        return "ok"
    return "info" if parcel.status in (_S.PRE_TRANSIT, _S.CANCELLED) else "wait"


def words_of(parcel: Parcel) -> str:
    """What a parcel is, in words; one on its way to the city is with the carrier."""
    return _("with the carrier") if parcel.is_with_carrier else parcel.get_status_display()


def until(parcel: Parcel) -> str:
    """How long it waits."""
    if parcel.storage_until_date is None or parcel.status != _S.AVAILABLE_FOR_PICKUP:
        return ""
    return _("until %(day)s") % {"day": formatting.day(parcel.storage_until_date)}


def steps_in_words(parcel: Parcel) -> list[Entry]:
    """What happened, the oldest first: what, where, who."""
    return [_entry(step) for step in steps_of(parcel)]


def _entry(step: ParcelEvent) -> Entry:
    notes = [step.place.name if step.place else "", _reason(step)]
    if step.is_out_of_order:
        notes.append(_("heard of too late"))
    if hasattr(step, "annulled_by"):
        notes.append(_("annulled"))
    return Entry(
        text=step.get_kind_display(),
        at=step.made_at,
        who=_who(step),
        detail=" · ".join(filter(None, notes)),
        state="done",
    )


def _who(step: ParcelEvent) -> str:
    if step.actor:
        return step.actor.shown_name
    kinds = ParcelEvent.Kind
    said_by_carrier = {kinds.TRACKED, kinds.DELIVERED, kinds.BROUGHT_BACK, kinds.CONTRADICTED}
    return _("the carrier's system") if step.kind in said_by_carrier else ""


def _reason(step: ParcelEvent) -> str:
    """A reason that was chosen, in words; one that was typed, as it is; what a carrier says, and its note."""
    if step.kind == ParcelEvent.Kind.CONTRADICTED:
        word, _sign, note = step.reason.partition(WORD_AND_NOTE)
        return " · ".join(filter(None, [str(CarrierWord(word).label), note]))
    known = {**dict(Parcel.RefusalReason.choices), **dict(Parcel.Trouble.choices)}
    return str(known.get(step.reason, step.reason))

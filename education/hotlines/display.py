"""How calls read on pages: times in both zones, and colours."""

from django.utils import timezone
from django.utils.translation import gettext as _

from core.days import clock_in, day_in
from core.forms import Option
from core.language import formatting
from education.hotlines.models import Call, CallContact
from education.hotlines.zones import place_words
from scheduling.calendars.models import Slot

COLOURS = {"booked": "wait", "arrived": "ok", "noshow": "bad", "cancelled": "info"}
OUTCOMES = {"talked": "ok", "cut_short": "wait", "unanswered": "bad"}


def status_of_call(call: Call) -> str:
    """The colour of a call: of what became of it, or of its booking."""
    return OUTCOMES.get(call.outcome) or COLOURS.get(call.booking.status, "info")


def words_of_call(call: Call) -> str:
    """What became of a call, or how its booking stands."""
    return str(call.get_outcome_display() or call.booking.get_status_display())


def time_there(contact: CallContact, slot: Slot) -> str:
    """The time of a slot where the parent is: `11:00 London`, with the day where it is another one."""
    there = f"{clock_in(contact.zone, slot.starts_at):%H:%M}"
    day = day_in(contact.zone, slot.starts_at)
    if day != timezone.localtime(slot.starts_at).date():
        there = f"{formatting.short_day(day)} {there}"
    return _("%(time)s in %(place)s") % {"time": there, "place": place_words(contact.zone)}


def choice_of(slot: Slot, contacts: list[CallContact], zone: str) -> Option:
    """A free time as the page offers it: the time here, and below it the time where each parent in another zone is."""
    far = {contact.zone: time_there(contact, slot) for contact in contacts if contact.zone != zone}
    return Option(formatting.moment(timezone.localtime(slot.starts_at)), formatting.listed(far.values()))

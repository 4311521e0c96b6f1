"""Whom a child may call: with the consent of a guardian, and after somebody spoke to them."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.history import record_change
from education.hotlines.models import MOST_CONTACTS, Call, CallContact, Caller
from education.hotlines.phones import seal
from education.hotlines.queries import contacts_of
from education.hotlines.services.ending import cancel_calls
from education.safeguarding.purposes import PARENT_CALLS
from education.safeguarding.services import NotAChild, require_consent
from scheduling.bookings.services import SessionStarted
from scheduling.calendars.services import UnknownZone
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.phones import InvalidPhone, read_phone

#: The name of somebody on the list of a child that was erased (`education_keep_contact_name.sql`).
FORGOTTEN = "—"


class ContactsFull(Refused):
    """Six people are on the list."""

    code = "call_contacts_full"
    message = _("%(most)s people are the most. Remove one first.")


@refuses(NotAChild, ContactsFull, InvalidPhone, UnknownZone, *refused_by(require_consent))
@transaction.atomic
def add_contact(
    *, child: Person, name: str, relation: str, phone: str, zone: str, by: User, at: dt.datetime
) -> CallContact:
    """Put somebody on the list of a child, whose number `by` has called and checked. `zone` (IANA) is theirs.

    Raises `NotAChild`, `ConsentMissing` (403), `ContactsFull`, `InvalidPhone`, `UnknownZone`.
    """
    child = lock(child)
    consent = require_consent(child=child, purpose=PARENT_CALLS, on_date=day_in(child.home_station.zone, at))
    if consent is None:
        raise NotAChild
    listed = contacts_of(child)
    taken = set(listed.values_list("place", flat=True))
    free = [place for place in range(1, MOST_CONTACTS + 1) if place not in taken]
    if not free or listed.count() >= MOST_CONTACTS:
        raise ContactsFull(most=MOST_CONTACTS)
    number = read_phone(phone, child.home_station.county.country)
    if not number:
        raise InvalidPhone(field="phone")
    contact = CallContact(
        child=child,
        place=free[0],
        name=name,
        relation=relation,
        zone=zone,
        language=child.language,
        verified_at=at,
        verified_by=by,
    )
    seal(contact, number)
    with refused_as({"resource_has_an_iana_zone": UnknownZone}):
        contact.save(force_insert=True)
    caller, is_new = Caller.objects.get_or_create(child=child, defaults={"silent_since": at})
    if not is_new and not taken:
        # Nobody could be called in between.
        caller.silent_since = at
        caller.save()
    record_change(contact, old="", new="active", at=at, actor=by.pk)
    return contact


@refuses(WrongState, SessionStarted)
@transaction.atomic
def remove_contact(*, contact: CallContact, by: User, at: dt.datetime) -> CallContact:
    """Nobody calls this person any more: calls to come are cancelled in the same transaction."""
    lock(contact.child)
    contact = lock(contact)
    if not contact.is_active:
        raise WrongState(state=str(_("ended")))
    cancel_calls(Call.objects.filter(contact=contact), reason_code="contact-removed", by=by, at=at)
    return end_contact(contact, by=by, at=at)


def end_contact(contact: CallContact, *, by: User | None, at: dt.datetime) -> CallContact:
    """Take somebody off the list."""
    contact.is_active, contact.ended_at = False, at
    contact.save(update_fields=["is_active", "ended_at", "updated_at"])
    record_change(contact, old="active", new="ended", at=at, actor=by.pk if by else None)
    return contact


@refuses(WrongState, SessionStarted)
@transaction.atomic
def end_calls(*, child: Person, purpose: str, by: User | None, at: dt.datetime) -> int:
    """A guardian has withdrawn the consent: nobody is called any more; how many calls were cancelled."""
    if purpose != PARENT_CALLS:
        return 0
    return end_all_calls(child=child, reason_code="consent-withdrawn", by=by, at=at)


@refuses(WrongState, SessionStarted)
@transaction.atomic
def end_all_calls(*, child: Person, reason_code: str, by: User | None, at: dt.datetime) -> int:
    """Cancel the calls of a child that have not begun and end its list of people; how many were cancelled."""
    records = Person.objects.of_people(child.pk).values("pk")
    count = cancel_calls(Call.objects.filter(child__in=records), reason_code=reason_code, by=by, at=at)
    for contact in CallContact.objects.filter(child__in=records, is_active=True).order_by("pk"):
        end_contact(lock(contact), by=by, at=at)
    return count


@transaction.atomic
def join_callers(*, child: Person) -> int:
    """Two records are one child, who has been without a call since the last one under either; how many records."""
    callers = lock_all(Caller.objects.filter(child__in=Person.objects.of_people(child.pk).values("pk")))
    last = max((each.silent_since for each in callers), default=None)
    return Caller.objects.filter(pk__in=[each.pk for each in callers]).update(silent_since=last) if last else 0


@transaction.atomic
def forget_contacts(*, child: Person, at: dt.datetime) -> int:
    """The child is erased: names and numbers of its people are, too, under whichever record; how many."""
    contacts = CallContact.objects.filter(child__in=Person.objects.of_people(child.pk).values("pk"))
    for contact in contacts.filter(is_active=True).order_by("pk"):
        end_contact(lock(contact), by=None, at=at)
    return contacts.update(name=FORGOTTEN, phone_cipher=None, phone_key_no=None, phone_tail="")

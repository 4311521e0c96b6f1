"""A resident asks at the station: danger first, then consent, words and photos, then the fee."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from core.codes import free_digits
from core.database.db import atomic_but_tries, lock
from core.days import day_in
from core.errors import QuoteChanged, WrongState, refused_by, refuses
from core.fields import uuid7
from core.history import record_change
from core.keys.own import own_key
from core.language.reasons import needs_words
from core.money import Money, zero
from finance.fees.services import FeeQuote, quote_fees
from finance.payments.services import Tender, prove_tender, sell
from health.appointments.services import IdentityNotConfirmed
from health.consultations.clocks import after_open_minutes
from health.consultations.machine import CONSULTATION
from health.consultations.models import Consultation, Message
from health.consultations.queries import guardian_present, missing_purposes, needs_guardian
from health.consultations.refusals import (
    ConsultationNotServed,
    ConsultationOpen,
    EmergencySigns,
    GuardianCodeNeeded,
    TooYoungOnline,
)
from health.consultations.services.sales import SERVICE, ConsultationSale, give_back, sale_to_quote
from health.consultations.services.steps import due, locked, move, rule_at, say, start_clock
from health.hospitals.models import Hospital
from health.records.models import AccessGrant
from health.records.services import grant_access, record_for
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.services import refuse_unless_open
from stations.people.models import Person
from stations.people.queries import is_surely
from stations.people.services.consents import ConsentMissing
from stations.people.services.registration import PersonGone

_S = Consultation.Status
DIGITS = 8


@refuses(ConsultationNotServed)
def quote_consultation(*, clinic: Hospital, station: Station, by: User, at: dt.datetime) -> FeeQuote:
    """What the resident would pay at the counter; nothing where it is free."""
    refuse_unserved(clinic, station)
    fee = Money(clinic.consultation_fee_minor or 0, clinic.currency)
    if not fee:
        return _free(fee.currency)
    return quote_fees(sale=sale_to_quote(clinic.code, fee, station=station, by=by, at=at), at=at)


@refuses(
    *(EmergencySigns, ConsultationNotServed, TooYoungOnline, ConsultationOpen, PersonGone, IdentityNotConfirmed),
    GuardianCodeNeeded,
    *refused_by(refuse_unless_open, say, sell),
    ConsentMissing,
)
@needs_words("complaint")
@atomic_but_tries
def request_consultation(
    *,
    clinic: Hospital,
    resident: Person,
    station: Station,
    complaint: str,
    tender: Tender,
    by: User,
    at: dt.datetime,
    key: str,
    signs: Sequence[str] = (),
    photos: Sequence[UUID] = (),
) -> Consultation:
    """Ask a clinic for a resident who is there and agrees, and take the fee; the same key gives what it made.

    With a sign of danger nothing is queued: the refusal says which number to call. For a child a guardian is there,
    and has agreed that day by the code on the phone.
    """
    rule = rule_at(clinic, at).parameters
    if set(signs) & set(rule["danger"]):
        raise EmergencySigns(number=rule["call"])
    refuse_unless_open(station, SERVICE, by=by, at=at)
    resident = lock(resident)
    pressed = own_key(by.pk, key)
    known = Consultation.objects.filter(key=pressed).first()
    if known is not None:
        return known
    refuse_unserved(clinic, station)
    _refuse_resident(resident, clinic, rule, at)
    if clinic.consultation_fee_minor:
        tender = prove_tender(tender=tender, station=station, by=by, at=at)  # a wrong code opens no record
    record = record_for(clinic=clinic, resident=resident, by=by, at=at)
    if record.clinic_id != clinic.pk:
        grant_access(record=record, clinic=clinic, reason=AccessGrant.Reason.CONSULTATION, at=at)
    consultation = Consultation(
        id=uuid7(),
        number=free_digits(Consultation.objects.filter(clinic=clinic), "number", digits=DIGITS),
        resident=resident,
        station=station,
        clinic=clinic,
        requested_by=by,
        requested_at=at,
        signs=sorted(set(signs)),
        is_urgent=bool(set(signs) & set(rule["urgent"])),
        due_at=after_open_minutes(clinic.zone, at, rule["triage_minutes"], rule),
        give_up_at=after_open_minutes(clinic.zone, at, rule["give_up_minutes"], rule),
        fee_minor=clinic.consultation_fee_minor or 0,
        currency=clinic.currency,
        key=pressed,
    )
    _take_fee(consultation, tender, by=by, at=at, key=key)
    consultation.save(force_insert=True)
    record_change(consultation, old="", new=_S.REQUESTED, at=at, actor=by.pk)
    say(consultation, Message.Side.RESIDENT, complaint, photos, by=by, at=at)
    start_clock(consultation)
    return consultation


@refuses(WrongState, *refused_by(say, due))
@needs_words("text")
@transaction.atomic
def send_message(
    *, consultation: Consultation, text: str, by: User, at: dt.datetime, photos: Sequence[UUID] = ()
) -> Consultation:
    """What the resident says besides, typed at the station or the clinic; it wakes one that waits for the resident."""
    consultation = locked(consultation)
    CONSULTATION.check("send_message", consultation.status)
    say(consultation, Message.Side.RESIDENT, text, photos, by=by, at=at)
    if consultation.status == _S.ON_HOLD:
        due_at = due(consultation, "reply_minutes", at)
        move(consultation, _S.IN_PROGRESS, at=at, actor=by.pk, due_at=due_at)
    return consultation


@refuses(WrongState, *refused_by(give_back))
@transaction.atomic
def cancel_consultation(*, consultation: Consultation, by: User, at: dt.datetime) -> Consultation:
    """The resident does not want it any more, before a doctor has it: the fee comes back."""
    consultation = locked(consultation)
    CONSULTATION.check("cancel_consultation", consultation.status)
    move(consultation, _S.CANCELLED, at=at, actor=by.pk)
    give_back(consultation, at=at)
    return consultation


@refuses(ConsultationNotServed)
def refuse_unserved(clinic: Hospital, station: Station) -> None:
    """Raises `ConsultationNotServed` where this clinic answers nobody of this station."""
    served = clinic.is_active and clinic.consultation_fee_minor is not None and not clinic.is_restricted
    if not served or clinic.division.country != station.county.country or clinic.currency != station.currency:
        raise ConsultationNotServed


def _refuse_resident(resident: Person, clinic: Hospital, rule: Mapping[str, Any], at: dt.datetime) -> None:
    if resident.died_date is not None or resident.merged_into_id is not None:
        raise PersonGone
    if resident.id_index is None:
        raise IdentityNotConfirmed
    day = day_in(clinic.zone, at)
    from_age = rule.get("guardian_from_age", rule["min_age"])
    if not is_surely(resident, from_age, day):
        raise TooYoungOnline(age=from_age)
    if missing_purposes(resident):
        raise ConsentMissing
    if needs_guardian(resident, rule, day) and guardian_present(resident, at) is None:
        raise GuardianCodeNeeded(age=rule["min_age"])
    if Consultation.objects.filter(resident=resident, clinic=clinic, ended_at=None).exists():
        raise ConsultationOpen


def _free(currency: str) -> FeeQuote:
    nothing = zero(currency)
    return FeeQuote(nothing, nothing, nothing)


def _take_fee(consultation: Consultation, tender: Tender, *, by: User, at: dt.datetime, key: str) -> None:
    if not consultation.fee and tender.expected is not None and tender.expected.total:
        raise QuoteChanged(**_free(consultation.currency).figures)
    if consultation.fee:
        sale = ConsultationSale(
            station=consultation.station,
            amount=consultation.fee,
            is_essential=True,
            subject_ref=str(consultation.pk),
            consultation=consultation,
        )
        sell(sale=sale, tender=tender, by=by, at=at, key=key)

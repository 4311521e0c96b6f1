"""The page of a case: what was said, the record beside it, and what nurse and doctor do."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy

from core.days import day_in
from core.web.page_actions import ObjectPage, PageAction
from health.consultations import services
from health.consultations.display import clock_words, prescriptions_table, sign_words
from health.consultations.forms import AnswerForm, CompleteForm, MessageForm, PrescriptionForm, RejectForm, StopForm
from health.consultations.loading import load_case
from health.consultations.machine import CONSULTATION
from health.consultations.models import ADD_MESSAGE, READ_CASE, Consultation, Prescription
from health.consultations.queries import cases, guardian_of_case, messages_of, prescriptions_of, record_open_to
from health.consultations.views.messages import add_message
from health.records.display import (
    allergy_words,
    conditions_table,
    encounters_table,
    measurements_table,
    medicines_table,
)
from health.records.queries import allergies_of, contents_of, emergency_of
from health.records.services import record_reads
from stations.accounts.models import User
from stations.people.queries.guardians import age_on
from stations.people.services.guardians import ADULT_AGE
from stations.requests import signed_in

#: Entries of a kind that stand beside a case; the record has all.
BESIDE = 8


class _CasePage(ObjectPage):
    """Writes down who was told that there is no such case."""

    def load(self, request: HttpRequest, verb: str, pk: UUID) -> Consultation:
        return load_case(signed_in(request), pk, verb)


def _case_context(request: HttpRequest, found: Consultation) -> dict[str, Any]:
    user, at = signed_in(request), now()
    if not _reaches(found, user, READ_CASE):
        return {"case": None}  # a colleague was faster: the refusal is all that is shown
    services.record_case_reads(rows=[found], user=user, at=at)
    kind, words = clock_words(found, at)
    age = age_on(found.resident.birth_date, day_in(found.clinic.zone, at))
    return {
        "case": found,
        "kind": kind,
        "words": words,
        "signs": sign_words(found),
        "age": age,
        "guardian": guardian_of_case(found) if age is not None and age < ADULT_AGE else None,
        "said": messages_of(found),
        "prescribed": prescriptions_table(prescriptions_of(found)),
        **_record_beside(found, user, at),
    }


def _record_beside(found: Consultation, user: User, at: dt.datetime) -> dict[str, Any]:
    """The newest of the resident's record, where the reader may open it; the look is recorded."""
    record = record_open_to(user, found.resident)
    if record is None:
        return {"record": None, "allergies": allergy_words(list(allergies_of(found.resident_id)))}
    emergency = emergency_of(record, user, at=at)
    record_reads(residents=[found.resident], user=user, at=at, in_emergency=emergency is not None)
    seen = contents_of(record, user, at=at, limit=BESIDE)
    return {
        "record": record,
        "allergies": allergy_words(seen.allergies),
        "is_partial": seen.is_partial,
        "conditions": conditions_table(seen.conditions),
        "medicines": medicines_table(seen.medicines),
        "encounters": encounters_table(seen.encounters),
        "measurements": measurements_table(seen.observations),
    }


def _reaches(found: Consultation, user: User, verb: str) -> bool:
    return cases().open_to(user, verb).filter(pk=found.pk).exists()


def _open_with(verb: str) -> Callable[[Consultation, User], bool]:
    return lambda found, user: _reaches(found, user, verb)


def _is_own(found: Consultation, user: User) -> bool:
    return found.doctor is not None and found.doctor.user_id == user.pk


def _can_stop(found: Consultation, user: User) -> bool:
    rows = found.prescriptions.filter(status__in=Prescription.IN_FORCE)
    return (rows if _is_own(found, user) else rows.filter(signed_by=user.pk)).exists()


def _of_case(_request: HttpRequest, found: Consultation) -> dict[str, Any]:
    return {"case": found}


def _stop(*, consultation: Consultation, **typed: Any) -> Consultation:
    services.stop_prescription(**typed)
    return consultation


_action = partial(PageAction, doing=gettext_lazy("Recording…"))

CASE_PAGE = _CasePage(
    name="consultations:case",
    template="health/consultations/case.html",
    grant=READ_CASE,
    noun="consultation",
    rows=cases,
    context=_case_context,
    machine=CONSULTATION,
    actions={
        "accept": _action(
            grant="health.accept_case",
            service=services.accept_case,
            arrow="accept_case",
            is_open=_open_with("health.accept_case"),
            title=gettext_lazy("It can be answered online"),
            button=gettext_lazy("Let a doctor take it"),
        ),
        "claim": _action(
            grant="health.claim_case",
            service=services.claim_case,
            arrow="claim_case",
            is_open=_open_with("health.claim_case"),
            title=gettext_lazy("The patient waits for a doctor"),
            button=gettext_lazy("I take it"),
        ),
        "answer": _action(
            grant="health.answer_case",
            service=services.answer_case,
            form=AnswerForm,
            arrow="answer_case",
            is_open=_is_own,
            title=gettext_lazy("Answer or ask"),
            button=gettext_lazy("Send the answer"),
        ),
        "prescribe": _action(
            grant="health.prescribe_drug",
            service=services.prescribe_drug,
            form=PrescriptionForm,
            arrow="prescribe_drug",
            is_open=_is_own,
            title=gettext_lazy("Prescribe"),
            button=gettext_lazy("Sign the prescription"),
        ),
        "stop": _action(
            grant="health.stop_drug",
            service=_stop,
            form=StopForm,
            form_kwargs=_of_case,
            is_open=_can_stop,
            title=gettext_lazy("Stop a prescription"),
            button=gettext_lazy("Stop it now"),
            kind="danger",
        ),
        "complete": _action(
            grant="health.complete_case",
            service=services.complete_case,
            form=CompleteForm,
            arrow="complete_case",
            is_open=_is_own,
            title=gettext_lazy("Close with a summary"),
            button=gettext_lazy("Save it in the record"),
        ),
        "message": _action(
            grant=ADD_MESSAGE,
            service=add_message,
            form=MessageForm,
            arrow="send_message",
            is_open=_open_with(ADD_MESSAGE),
            title=gettext_lazy("The resident says more"),
            button=gettext_lazy("Add it"),
        ),
        "refer": _action(
            grant="health.refer_case",
            service=services.refer_case,
            arrow="refer_case",
            is_open=_is_own,
            title=gettext_lazy("The patient must be seen in person"),
            button=gettext_lazy("End it and give the fee back"),
            kind="danger",
        ),
        "reject": _action(
            grant="health.reject_case",
            service=services.reject_case,
            form=RejectForm,
            arrow="reject_case",
            is_open=_open_with("health.reject_case"),
            title=gettext_lazy("It is not possible online"),
            button=gettext_lazy("Reject it and give the fee back"),
            kind="danger",
        ),
    },
)

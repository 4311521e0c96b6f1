"""Why a consultation or a prescription is refused."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refused, WrongState


class AlreadyClaimed(WrongState):
    """Another doctor was faster, or it waits for none."""

    code = "already_claimed"
    message = _("Another doctor has taken this consultation, or it is not waiting any more.")


class EmergencySigns(Refused):
    """Signs of danger: nothing is queued, the emergency number is called."""

    code = "emergency_signs"
    status = 422
    message = _("This is an emergency. Call %(number)s now. Do not wait for a consultation.")


class ConsultationNotServed(Refused):
    """The clinic takes no consultations from here: not active, no fee set, another country or money, or no rule."""

    code = "consultation_not_served"
    status = 422
    message = _("This clinic takes no consultations from this station.")


class TooYoungOnline(Refused):
    """Children, and residents whose age is not known, are seen by a doctor."""

    code = "too_young_online"
    status = 422
    message = _("Online consultations are from the age of %(age)s, with a known birth date. Register with a hospital.")


class GuardianCodeNeeded(Refused):
    """A child, and no confirmed guardian who has agreed today by the code on the phone."""

    code = "guardian_code_needed"
    status = 422
    message = _("Under %(age)s a confirmed guardian is present and agrees today, by the code on the phone, to both.")


class ConsultationOpen(Refused):
    """The resident has an open consultation with this clinic."""

    code = "consultation_open"
    message = _("The resident has an open consultation with this clinic.")


class FirstVisitOnline(Refused):
    """Neither a confirmed diagnosis nor a photo of a record: the first visit is in person."""

    code = "first_visit_online"
    message = _("No confirmed diagnosis and no photo: the first visit must be in person.")


class NotLicensedOnline(Refused):
    """Not a doctor of this clinic, without a valid licence, or for less than three years."""

    code = "not_licensed_online"
    status = 422
    message = _("Consultations need a valid licence and three years of independent practice.")


class NotYourCase(Refused):
    """Another doctor has it, or none."""

    code = "not_your_case"
    message = _("Another doctor has this consultation.")


class PrescriptionOver(Refused):
    """Its last day has passed: the doctor looks at the resident again."""

    code = "prescription_over"
    message = _("The days of this prescription ended on %(date)s. The doctor writes a new one.")


class DrugNotAllowedOnline(Refused):
    """Narcotic or psychotropic, or not on the list any more."""

    code = "drug_not_allowed_online"
    status = 422
    message = _("This drug must not be prescribed online.")

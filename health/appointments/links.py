"""The address under which a resident whose doctor is away chooses another time, without a login.

A random half that is stored, and a signature that is not (`core.signed_refs`).
"""

import datetime as dt

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Coalesce
from django.urls import reverse

from core.signed_refs import ref_in, token_for
from health.appointments.models import Appointment
from health.appointments.queries import appointments

PURPOSE = "other-times"


def token_of(appointment: Appointment) -> str:
    """What stands in the address."""
    return token_for(appointment.link_ref, PURPOSE)


def address_of(appointment: Appointment) -> str:
    """The whole address, as it is sent."""
    return f"{settings.ECOMNET_PUBLIC_URL}{reverse('other_times', args=[token_of(appointment)])}"


def appointment_called(token: str, *, at: dt.datetime) -> Appointment | None:
    """The appointment of this token, until it begins; None for a token that was never given, or is mistyped."""
    ref = ref_in(token, PURPOSE)
    if not ref:
        return None
    begins_at = Coalesce(F("booking__slot__starts_at"), F("booking__session__starts_at"))
    return appointments().alias(begins_at=begins_at).filter(link_ref=ref, begins_at__gt=at).first()

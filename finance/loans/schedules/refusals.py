"""What the planning of a schedule refuses."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class TermsMalformed(Refused):
    """The terms contradict each other, or a term is missing or has no such value."""

    code = "loan_terms_malformed"
    status = 422
    message = _("These terms of a loan do not fit together: %(term)s.")


class ScheduleDoesNotAmortise(Refused):
    """At this rate the instalment does not exceed the interest, so the debt would never shrink."""

    code = "schedule_does_not_amortise"
    status = 422
    message = _(
        "With these terms the instalment only pays interest: choose a lower rate or another number of instalments."
    )

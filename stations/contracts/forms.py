"""What is typed about a contract."""

from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line


class StandingForm(KeyedForm):
    """Why; the person reads it."""

    reason = Line(label=_("Reason"), help_text=_("The person will see it."), max_length=200)

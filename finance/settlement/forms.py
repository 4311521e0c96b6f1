"""What is typed on the pages of settlement."""

from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line


class ReasonForm(KeyedForm):
    """Why a held day may be closed."""

    reason = Line(label=_("Why it may be closed"), max_length=300)

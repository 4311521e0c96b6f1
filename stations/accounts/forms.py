"""What people type to sign in and to look after their account.

Forms that hold a secret carry no key: with a key the system would keep a trace of what was typed.
"""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.defaults import default_currency
from core.errors import Refused
from core.forms import Digits, KeyedForm, Line, MoneyField, Option
from core.money import Money
from stations.accounts.models import User
from stations.accounts.services.person import TEXT_SIZES

LONGEST_NAME, LONGEST_PASSWORD = 150, 200


class SecretForm(forms.Form):
    """A form with a secret in it."""

    use_required_attribute = False

    def refuse(self, refusal: Refused) -> None:
        """Say why nothing was done: at the field if it is one of ours, at the top otherwise."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def password_field(label: Any, autocomplete: str, **kwargs: Any) -> forms.CharField:
    """A password; the browser's store of passwords is welcome."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, widget=widget, max_length=LONGEST_PASSWORD, strip=False, **kwargs)


def username_field() -> Line:
    """The user name."""
    widget = forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"})
    return Line(label=_("User name"), max_length=LONGEST_NAME, widget=widget)


def code_field(label: Any, **kwargs: Any) -> Digits:
    """Six digits that come from somewhere else."""
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"})
    return Digits(label=label, shortest=6, longest=6, widget=widget, **kwargs)


def pin_field(label: Any, autocomplete: str, **kwargs: Any) -> Digits:
    """The six digits of this person on this device."""
    widget = forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": autocomplete})
    return Digits(label=label, shortest=6, longest=6, widget=widget, **kwargs)


class PinSignInForm(SecretForm):
    """Who, and the PIN."""

    person = forms.ChoiceField(label=_("Who are you?"), widget=forms.RadioSelect)
    pin = pin_field(_("PIN"), "current-password")

    def __init__(self, people: Sequence[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["person"])
        field.choices = [(str(user.pk), Option(user.shown_name, hint=user.username)) for user in people]
        if len(people) == 1:
            self.fields["person"].initial = str(people[0].pk)


class FirstSignInForm(SecretForm):
    """User name, password and code."""

    username = username_field()
    password = password_field(_("Password"), "current-password")
    code = code_field(
        _("One-time code"),
        help_text=_("From the SMS, from the county manager, or from your authenticator app."),
    )

    def show_password(self, password: str) -> None:
        """Fill in a password that the page shows anyway: of an invented person. An empty one changes nothing."""
        widget = cast(forms.PasswordInput, self.fields["password"].widget)
        widget.render_value = bool(password) and not self.is_bound


class AskCodeForm(SecretForm):
    """Whom the code is for."""

    username = username_field()


class ForgottenForm(SecretForm):
    """A code that the county manager issued, and the new password."""

    username = username_field()
    code = code_field(_("Code from the county manager"))
    password = password_field(
        _("New password"), "new-password", help_text=_("At least 10 characters. Three words are easy to remember.")
    )


class SetPinForm(SecretForm):
    """Six digits, twice."""

    pin = pin_field(
        _("New PIN"),
        "new-password",
        help_text=_("Six digits, for this device only. Not all the same, not in sequence."),
    )
    again = pin_field(_("Repeat the new PIN"), "new-password")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"pin", "again"} <= cleaned.keys() and cleaned["pin"] != cleaned["again"]:
            self.add_error("again", _("The two PINs differ."))
        return cleaned


class ChangePinForm(SetPinForm):
    """The old PIN first."""

    old_pin = pin_field(_("Current PIN"), "current-password")
    field_order = ["old_pin", "pin", "again"]


class ChangePasswordForm(SecretForm):
    """The old password, and the new one."""

    old_password = password_field(_("Current password"), "current-password")
    password = password_field(
        _("New password"), "new-password", help_text=_("At least 10 characters. Three words are easy to remember.")
    )


class SecondFactorForm(SecretForm):
    """What the app shows after it read the picture, and the password once more."""

    password = password_field(_("Password"), "current-password")
    code = code_field(_("Code from the app"))


class PreferencesForm(KeyedForm):
    """Language and size of text."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)
    text_size = forms.TypedChoiceField(
        label=_("Size of text"),
        coerce=int,
        choices=[(size, f"{size} %") for size in TEXT_SIZES],
        widget=forms.RadioSelect,
    )


class ReasonForm(KeyedForm):
    """Why."""

    reason = Line(label=_("Reason"), max_length=200)


class AppointForm(KeyedForm):
    """Whom to give which post, and where."""

    user = username_field()
    role = forms.ChoiceField(label=_("Post"), widget=forms.RadioSelect)
    station = Line(
        label=_("Station"),
        max_length=11,
        required=False,
        help_text=_("The station's code. Helpers and partners have one station."),
    )
    division = Line(
        label=_("County or region"),
        max_length=12,
        required=False,
        help_text=_("The 12-digit code. For county posts, and for finance and audit in a region."),
    )
    limit = MoneyField(
        default_currency(),
        label=_("May approve up to"),
        least=Money(0, default_currency()),
        required=False,
        help_text=_("For those who approve amounts. A credit officer without a limit approves nothing."),
    )
    reason = Line(label=_("Reason"), max_length=200)

    def __init__(self, roles: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("role", [(role.value, role.label) for role in roles])


class BreakGlassForm(AppointForm):
    """Whom to give a post in an emergency, and for how long."""

    hours = forms.TypedChoiceField(
        label=_("For how long"),
        coerce=int,
        choices=[(1, _("1 hour")), (2, _("2 hours")), (4, _("4 hours"))],
        initial=2,
        widget=forms.RadioSelect,
    )
    field_order = ["user", "role", "station", "division", "hours", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["limit"]
        self.fields["reason"].help_text = _("Describe what happened so that a reviewer understands it.")


class FindingForm(KeyedForm):
    """What somebody found who looked afterwards."""

    finding = Line(
        label=_("What did you find?"),
        max_length=200,
        help_text=_("What was done with the post, whether it was right, and what follows."),
    )


class SeenForm(SecretForm):
    """How the manager knows that it is the person."""

    reason = Line(
        label=_("How do you know who it is?"), max_length=200, help_text=_("Here in person, identity card seen.")
    )

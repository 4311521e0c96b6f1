"""Forms of the console: fields that forgive how people type, and the one way a page writes."""

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.fields import uuid7
from core.keys.models import RequestKey
from core.keys.services import Answer, KeyMissing, KeyReused, KeyRunning, once
from core.language.text import refuse_controls, refuse_edges, refuse_far_years, refuse_lines
from core.money import AmountMalformed, Money, parse
from core.web.cookies import tell_scripts

SEE_OTHER = 303
#: How long the browser knows which key was done: until the next page, however slow the line.
DONE_AGE = dt.timedelta(minutes=5)


#: What Django puts before the choices of a field until one is chosen; people are told to choose instead.
DASHES = "---------"


def new_key() -> str:
    """A key for one press of one button, made when the page is made."""
    return uuid7().hex


class KeyedForm(forms.Form):
    """A form that writes. Its hidden `key` makes pressing twice, reloading and coming back safe; see `submit`."""

    use_required_attribute = False
    key = forms.CharField(widget=forms.HiddenInput, initial=new_key, max_length=64)

    retry_after: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _needed(field)
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == DASHES:
                field.empty_label = _("Choose")

    @property
    def typed(self) -> dict[str, Any]:
        """What was understood, without the key."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}

    def refuse(self, sentence: str, *, field: str | None = None) -> None:
        """Say why nothing was done: at the field if it is one of ours, at the top otherwise."""
        self.is_valid()
        self.add_error(field if field in self.fields else None, sentence)

    def clean(self) -> dict[str, Any]:
        """What was understood; a subclass looks at several fields together."""
        super().clean()
        return self.cleaned_data

    def offer(self, field: str, choices: Iterable[tuple[Any, Any]]) -> None:
        """Let a field of choices offer these, as (value, label)."""
        cast(forms.ChoiceField, self.fields[field]).choices = list(choices)

    def renew_key(self) -> None:
        """Give the page a new key, so that a corrected second press is a new request."""
        self.replace_sent({"key": new_key()})

    def replace_sent(self, values: Mapping[str, str]) -> None:
        """Show these values at their fields instead of what was sent."""
        data = cast(QueryDict, self.data).copy()
        for name, value in values.items():
            data[self.add_prefix(name)] = value
        self.data = data


class PressForm(KeyedForm):
    """A press of a button, with nothing typed."""


def _needed(field: forms.Field) -> Any:
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return _("Choose one.")
    if isinstance(field, forms.BooleanField):
        return _("Tick this when it is done.")
    if isinstance(field, forms.FileField):
        return _("Add the photo or file.")
    return _("Fill this in.")


Form = TypeVar("Form", bound=KeyedForm)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Form]):
    """What became of a submit: a `redirect` (it is done, go there), or the page again with `form` and `status`."""

    form: Form
    redirect: HttpResponse | None = None
    status: int = 200
    code: str = ""

    @property
    def done(self) -> bool:
        """Whether the write happened, now or when the same key came first."""
        return self.redirect is not None

    @property
    def response(self) -> HttpResponse:
        """The redirect of what is done."""
        if self.redirect is None:
            raise LookupError("What is not done leads nowhere: show the form again.")
        return self.redirect


def submit(
    request: HttpRequest, *, operation: str, form: Form, run: Callable[[dict[str, Any]], Any], about: str = ""
) -> Outcome[Form]:
    """The HTML sibling of `core.api.VerbView`: one write per key, refusals on the page where the person was.

        @requires("finance.pay_bill")
        def pay(request, bill_id):
            bill = load(Bill.objects, request.user, "finance.pay_bill", id=bill_id)
            form = PayForm(request.POST or None)
            outcome = submit(
                request, operation="finance.pay_bill", form=form,
                run=lambda data: pay_bill(bill=bill, cash=data["cash"], actor=request.user, at=now()),
            )
            if outcome.done:
                return outcome.response
            page = {"form": outcome.form, "bill": bill}
            return render(request, "finance/bills/pay.html", page, status=outcome.status)

    `run` gets what was understood of the form (without the key), makes one service call and returns where to go next:
    a path, the name of a URL, or a model with `get_absolute_url`. It runs inside the transaction of `once`. `about`
    names what the write is for where the path is a secret, since it is stored with the key.

    - GET, or a form that is not valid: nothing runs; status 200 or 422, the key stays.
    - Done: a redirect (303). The same key again, by the same person for the same operation and path, gives the same
      redirect and no second effect.
    - Refused: the sentence stands at its field or in the summary, what was typed stays, and the page gets a new key,
      because the refusal is stored under the old one. Status as the refusal has it, 422 in place of 400.
    - Refused in passing (`Refused.is_passing`): the same, but the key stays, because nothing is stored under it.
    - The key is running (a second press): 409 with `form.retry_after`; the page asks again by itself with the same key.
    """
    if request.method != "POST":
        return Outcome(form)
    if not form.is_valid():
        if "key" in form.errors:
            del form.errors["key"]
            form.renew_key()
            form.refuse(str(_("This page was open for too long. Check what you typed and press again.")))
        return Outcome(form, status=422, code="invalid")
    try:
        answer = once(
            person=str(request.user.pk),
            operation=_scope(operation, about or request.path),
            key=form.cleaned_data["key"],
            content=_content(request, without={"csrfmiddlewaretoken", form.add_prefix("key")}),
            run=lambda: Answer(SEE_OTHER, {"location": _location(run(form.typed))}),
        )
    except (KeyMissing, KeyRunning, KeyReused) as refusal:
        return _refused_by_key(form, refusal)
    except Refused as passing:
        form.refuse(str(passing), field=passing.field)
        form.retry_after = passing.retry_after
        return Outcome(form, status=passing.status, code=passing.code)
    if answer.is_refusal:
        return _refused(form, answer)
    return Outcome(form, _go_on(request, answer.body["location"], form.cleaned_data["key"]), SEE_OTHER)


def _go_on(request: HttpRequest, location: str, key: str) -> HttpResponse:
    """To the next page: whole, even where only a part was asked for. The cookie ends the draft on the device."""
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204, headers={"HX-Redirect": location})
    else:
        response = HttpResponseRedirect(location)
        response.status_code = SEE_OTHER
    tell_scripts(response, "done", key, age=DONE_AGE)
    return response


def _location(target: Any) -> str:
    return resolve_url(target) if target is not None else ""


def _scope(operation: str, path: str) -> str:
    """The verb and the object it is for; a long path by its hash."""
    scope = f"{operation} {path}"
    longest = RequestKey._meta.get_field("operation").max_length
    return (
        scope
        if longest is None or len(scope) <= longest
        else f"{operation} {hashlib.sha256(path.encode()).hexdigest()[:16]}"
    )


def _content(request: HttpRequest, *, without: set[str]) -> dict[str, Any]:
    content: dict[str, Any] = {name: values for name, values in request.POST.lists() if name not in without}
    for name, files in request.FILES.lists():
        content[name] = [_fingerprint(file) for file in files]
    return content


def _fingerprint(file: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _refused(form: KeyedForm, answer: Answer) -> Outcome:
    problem = answer.body
    field = next(iter(problem.get("errors", {})), None)
    form.refuse(problem["detail"], field=field)
    form.renew_key()
    return Outcome(form, status=_page_status(answer.status), code=problem["code"])


def _refused_by_key(form: KeyedForm, refusal: Refused) -> Outcome:
    if isinstance(refusal, KeyRunning):
        form.refuse(str(_("This is in progress. The answer arrives automatically.")))
        form.retry_after = refusal.retry_after
    else:
        form.refuse(str(_("This page was already sent with other values. Check what was done, then press again.")))
        form.renew_key()
    return Outcome(form, status=_page_status(refusal.status), code=refusal.code)


def _page_status(status: int) -> int:
    """A page that is shown again is 422 where the API says 400: the browser's part was well formed."""
    return 422 if status == 400 else status


class LineInput(forms.TextInput):
    """One line of text."""


class Line(forms.CharField):
    """One line that people type: full-width letters and digits count as usual ones, control characters are refused.

    One that is `scanned` is filled by a scanner or the camera, too.
    """

    widget = LineInput
    default_validators = [refuse_lines]

    def __init__(self, *, scanned: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scanned = scanned

    def to_python(self, value: Any) -> str:
        refuse_edges(value)
        return super().to_python(value) or ""


class WordsInput(forms.Textarea):
    """Room for three lines; it grows by its corner."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 3} | (attrs or {}))


class Words(forms.CharField):
    """Several lines that people type; where they are `scanned`, each code stands on a line of its own."""

    widget = WordsInput
    default_validators = [refuse_controls]

    def __init__(self, *, scanned: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scanned = scanned

    def to_python(self, value: Any) -> str:
        refuse_edges(value)
        return super().to_python(value) or ""


class Digits(forms.CharField):
    """A number that is a name: an account, a card, a code. Blanks and dashes are left out, full-width digits count."""

    default_error_messages = {
        "digits": _("Check the number: use digits only."),
        "length": _("Check the number: it has %(has)s digits and needs %(shortest)s to %(longest)s."),
        "exact": _("Check the number: it has %(has)s digits and needs %(longest)s."),
    }

    def __init__(self, *, shortest: int = 1, longest: int = 40, **kwargs: Any) -> None:
        self.shortest, self.longest = shortest, longest
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        typed = unicodedata.normalize("NFKC", super().to_python(value) or "")
        return "".join(c for c in typed if not c.isspace() and c != "-")

    def validate(self, value: str) -> None:
        super().validate(value)
        if not value:
            return
        if not (value.isascii() and value.isdigit()):
            raise ValidationError(self.error_messages["digits"], code="digits")
        if not self.shortest <= len(value) <= self.longest:
            code = "exact" if self.shortest == self.longest else "length"
            params = {"has": len(value), "shortest": self.shortest, "longest": self.longest}
            raise ValidationError(self.error_messages[code], code=code, params=params)


class DayField(forms.DateField):
    """A date as the browser's calendar gives it."""

    default_validators = [refuse_far_years]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class MoneyInput(forms.TextInput):
    """An amount; its currency stands outside the field."""

    def __init__(self, currency: str, attrs: dict[str, Any] | None = None) -> None:
        self.currency = currency
        super().__init__({"inputmode": "decimal", "autocomplete": "off"} | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        return str(value) if isinstance(value, Money) else super().format_value(value)


#: ISO 4217: a transaction without a currency.
NO_CURRENCY = "XXX"


class MoneyField(forms.Field):
    """An amount as people type it (`1,200`, `1200.00`, full-width digits), understood as `Money`.

    Where the currency follows from what else is typed, the form says it later (`use_currency`).
    """

    def __init__(
        self, currency: str = NO_CURRENCY, *, least: Money | None = None, most: Money | None = None, **kwargs: Any
    ) -> None:
        self.currency, self.least, self.most = currency, least, most
        super().__init__(widget=MoneyInput(currency), **kwargs)

    def use_currency(self, currency: str) -> None:
        """Understand and show amounts of this currency."""
        self.currency = self.widget.currency = currency

    def to_python(self, value: Any) -> Money | None:
        if value in self.empty_values:
            return None
        try:
            return parse(str(value), self.currency)
        except AmountMalformed as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal

    def validate(self, value: Money | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.least is not None and value < self.least:
            raise ValidationError(_("This is less than %(least)s."), code="too_little", params={"least": self.least})
        if self.most is not None and self.most < value:
            raise ValidationError(_("This is more than %(most)s."), code="too_much", params={"most": self.most})


@dataclass(frozen=True, slots=True)
class Option:
    """The label of a choice that says more: a hint below, an amount or a word at the end."""

    label: Any
    hint: Any = ""
    end: Any = ""

    def __str__(self) -> str:
        return str(self.label)


class PhotoInput(forms.FileInput):
    """A camera or a file; shrunk on the device before it is sent."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": "image/*", "capture": "environment"} | (attrs or {}))


class RecordingInput(forms.FileInput):
    """A voice: recorded here by the browser at a low rate, or a file of the phone's own recorder."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        words = {
            "data-start": _("Record here"),
            "data-stop": _("Stop recording"),
            "data-recorded": _("Recorded: {n} seconds. Record again to replace it."),
            "data-refused": _("The browser may not use the microphone. Allow it, or choose a file."),
        }
        super().__init__({"accept": "audio/*", "capture": "user", "data-record": True} | words | (attrs or {}))


class PhotoField(forms.ImageField):
    """A photo, checked to be one; `core.files` re-encodes and keeps it."""

    widget = PhotoInput

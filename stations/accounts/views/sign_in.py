"""Signing in and out."""

import datetime as dt

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core.access import PUBLIC, SIGNED_IN, requires
from core.errors import Refused
from stations.accounts import forms, services
from stations.accounts.browser import device_label, device_secret, start_session
from stations.accounts.demonstration import help_for
from stations.accounts.queries import needs_second_factor, people_of_device, pin_stands
from stations.accounts.services import journal
from stations.accounts.services.sign_in import known_device
from stations.accounts.views.frame import page, private, while_due
from stations.hooks import Help
from stations.requests import SignedInRequest

SEE_OTHER = 303


@requires(PUBLIC)
@private
@sensitive_post_parameters("pin")
def sign_in(request: HttpRequest) -> HttpResponse:
    """With six digits on a known device; a new one goes on to name, password and code."""
    device = known_device(device_secret(request))
    people = people_of_device(device) if device else []
    if not people:
        return redirect(_with_next(request, "accounts:first_sign_in"))
    form = forms.PinSignInForm(people, request.POST or None)
    if form.is_valid():
        user = next(user for user in people if str(user.pk) == form.cleaned_data["person"])
        try:
            signed_in = services.sign_in_with_pin(
                device_secret=device_secret(request), user=user, pin=form.cleaned_data["pin"], at=now()
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _enter(request, signed_in)
    return page(request, "sign_in", form)


@requires(PUBLIC)
@private
@sensitive_post_parameters("password", "code")
def first_sign_in(request: HttpRequest) -> HttpResponse:
    """Name, password and code: this browser becomes a device of the system."""
    demonstration = _demonstration(request)
    form = forms.FirstSignInForm(request.POST or None, initial=_filled_in(request, demonstration))
    form.show_password(form.initial.get("password", ""))
    if form.is_valid():
        try:
            signed_in = services.sign_in_first_time(
                **form.cleaned_data,
                label=device_label(request),
                device_secret=device_secret(request),
                address=request.META.get("REMOTE_ADDR", ""),
                at=now(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _enter(request, signed_in)
    known = bool(known_device(device_secret(request)))
    return page(request, "first_sign_in", form, known=known, demonstration=demonstration)


@requires(PUBLIC)
@private
def ask_code(request: HttpRequest) -> HttpResponse:
    """Send a one-time code to the phone of the one who has this name; the answer is the same if nobody has it."""
    chosen = _filled_in(request, help_for(asked_for="", asked_at=None))
    form = forms.AskCodeForm(request.POST or None, initial={"username": chosen["username"]})
    if form.is_valid():
        name = form.cleaned_data["username"]
        try:
            services.ask_login_code(username=name, address=request.META.get("REMOTE_ADDR", ""), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            request.session["asked_for"], request.session["asked_at"] = name, now().isoformat()
            messages.info(
                request, _("If this name has a registered phone, a code is on its way. It is valid for 10 minutes.")
            )
            return redirect(_with_next(request, "accounts:first_sign_in"))
    return page(request, "ask_code", form)


@requires(PUBLIC)
@private
@sensitive_post_parameters("password", "code")
def forgotten(request: HttpRequest) -> HttpResponse:
    """A new password, with a code that the county manager issued after seeing the person."""
    form = forms.ForgottenForm(request.POST or None)
    if form.is_valid():
        try:
            signed_in = services.reset_password(
                **form.cleaned_data,
                label=device_label(request),
                device_secret=device_secret(request),
                address=request.META.get("REMOTE_ADDR", ""),
                at=now(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Password changed."))
            return _enter(request, signed_in) if signed_in else redirect("accounts:first_sign_in")
    return page(request, "forgotten", form)


@while_due
@requires(SIGNED_IN)
@require_POST
def sign_out(request: SignedInRequest) -> HttpResponse:
    """End this session; the device stays known."""
    journal.note("signed_out", user=request.user)
    logout(request)
    return redirect("accounts:sign_in")


def _enter(request: HttpRequest, signed_in: services.SignedIn) -> HttpResponse:
    target = _next(request)
    response = redirect(target)
    pin_due = not needs_second_factor(signed_in.user, at=now()) and not pin_stands(signed_in.user, signed_in.device)
    start_session(request, response, signed_in, at=now(), pin_due=pin_due)
    response.status_code = SEE_OTHER
    return response


def _demonstration(request: HttpRequest) -> Help | None:
    asked_at = request.session.get("asked_at")
    return help_for(
        asked_for=request.session.get("asked_for", ""),
        asked_at=dt.datetime.fromisoformat(asked_at) if asked_at else None,
    )


def _filled_in(request: HttpRequest, demonstration: Help | None) -> dict[str, str]:
    """The name that a code was asked for; in the demonstration all that is known of the account that was chosen."""
    chosen = request.GET.get("try", "")
    someone = next((each for each in demonstration.people if each.username == chosen), None) if demonstration else None
    if demonstration is None or someone is None:
        return {"username": request.session.get("asked_for", "")}
    return {"username": someone.username, "password": demonstration.password, "code": someone.app_code}


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return settings.LOGIN_REDIRECT_URL


def _with_next(request: HttpRequest, name: str) -> str:
    query = request.GET.urlencode()
    return f"{redirect(name).url}{f'?{query}' if query else ''}"

"""Signing in and out, and one's own account."""

import io
from typing import Any
from uuid import UUID

import segno
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from core.access import PUBLIC, SIGNED_IN, requires
from core.errors import Refused
from core.forms import submit
from stations.accounts import forms, services
from stations.accounts.browser import device_label, device_secret, start_session
from stations.accounts.middleware import DEVICE, PIN_DUE, SECOND_FACTOR
from stations.accounts.models import Device, User
from stations.accounts.queries import needs_second_factor, own_devices, people_of_device, pin_stands
from stations.accounts.services.second_factor import totp_of
from stations.accounts.services.sign_in import known_device

SEE_OTHER = 303
#: The secret that the app reads from the picture, until the app has proved that it did.
PENDING_SECRET = "pending_second_factor"  # noqa: S105
private = cache_control(no_store=True, private=True)


def while_due(view: Any) -> Any:
    """One of the steps that come before any work (`DueStepsMiddleware`)."""
    view.while_due = True
    return view


# --- signing in


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
    return _page(request, "sign_in", form)


@requires(PUBLIC)
@private
@sensitive_post_parameters("password", "code")
def first_sign_in(request: HttpRequest) -> HttpResponse:
    """Name, password and code: this browser becomes a device of the house."""
    form = forms.FirstSignInForm(request.POST or None, initial={"username": request.session.get("asked_for", "")})
    if form.is_valid():
        try:
            signed_in = services.sign_in_first_time(
                **form.cleaned_data,
                label=device_label(request),
                device_secret=device_secret(request),
                at=now(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _enter(request, signed_in)
    return _page(request, "first_sign_in", form, known=bool(known_device(device_secret(request))))


@requires(PUBLIC)
@private
def ask_code(request: HttpRequest) -> HttpResponse:
    """Send a one-time code to the phone of whoever has this name; the answer is the same if nobody has it."""
    form = forms.AskCodeForm(request.POST or None)
    if form.is_valid():
        services.ask_login_code(username=form.cleaned_data["username"], at=now())
        request.session["asked_for"] = form.cleaned_data["username"]
        messages.info(request, _("If we know this name and its phone, a code is on its way. It works for 10 minutes."))
        return redirect(_with_next(request, "accounts:first_sign_in"))
    return _page(request, "ask_code", form)


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
                at=now(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The new password is set."))
            return _enter(request, signed_in) if signed_in else redirect("accounts:first_sign_in")
    return _page(request, "forgotten", form)


@while_due
@requires(SIGNED_IN)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session; the device stays known."""
    logout(request)
    return redirect("accounts:sign_in")


def _enter(request: HttpRequest, signed_in: services.SignedIn) -> HttpResponse:
    target = _next(request)
    response = redirect(target)
    pin_due = not needs_second_factor(signed_in.user, at=now()) and not pin_stands(signed_in.user, signed_in.device)
    start_session(request, response, signed_in, at=now(), pin_due=pin_due)
    response.status_code = SEE_OTHER
    return response


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return settings.LOGIN_REDIRECT_URL


def _with_next(request: HttpRequest, name: str) -> str:
    query = request.GET.urlencode()
    return f"{redirect(name).url}{f'?{query}' if query else ''}"


def _page(request: HttpRequest, name: str, form: Any, **context: Any) -> HttpResponse:
    query = request.GET.urlencode()
    context = {"form": form, "query": f"?{query}" if query else "", **context}
    return render(request, f"stations/accounts/{name}.html", context, status=422 if form.errors else 200)


# --- one's own account


@requires(SIGNED_IN)
def me(request: HttpRequest) -> HttpResponse:
    """Language, size of text, PIN, devices, sign out."""
    user = request.user
    form = forms.PreferencesForm(request.POST or None, initial={"language": user.language, "text_size": user.text_size})
    outcome = submit(request, operation="accounts.choose", form=form, run=lambda data: _choose(user, data))
    if outcome.done:
        return outcome.response
    context = {
        "form": outcome.form,
        "devices": own_devices(user),
        "here": request.session.get(DEVICE, ""),
        "has_pin": not needs_second_factor(user, at=now()),
        "app": totp_of(user),
        "plain": forms.PlainForm(),
    }
    return render(request, "stations/accounts/me.html", context, status=outcome.status)


def _choose(user: User, data: dict[str, Any]) -> str:
    services.choose_language(user=user, language=data["language"], offered=tuple(dict(settings.LANGUAGES)))
    services.choose_text_size(user=user, percent=data["text_size"])
    return "accounts:me"


@while_due
@requires(SIGNED_IN)
@sensitive_post_parameters("old_pin", "pin", "again")
def pin(request: HttpRequest) -> HttpResponse:
    """Choose the PIN after the first sign-in, or another one later."""
    device = get_object_or_404(Device, pk=request.session.get(DEVICE))
    is_first = PIN_DUE in request.session
    if needs_second_factor(request.user, at=now()):
        raise Http404
    form = (forms.SetPinForm if is_first else forms.ChangePinForm)(request.POST or None)
    if form.is_valid():
        try:
            _set_pin(request.user, device, form.cleaned_data, is_first)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            request.session.pop(PIN_DUE, None)
            messages.success(request, _("From now on your name and this PIN are enough on this device."))
            return redirect(settings.LOGIN_REDIRECT_URL if is_first else "accounts:me")
    return _page(request, "pin", form, is_first=is_first)


def _set_pin(user: User, device: Device, typed: dict[str, str], is_first: bool) -> None:
    if is_first:
        services.set_pin(user=user, device=device, pin=typed["pin"], at=now())
    else:
        services.change_pin(user=user, device=device, old_pin=typed["old_pin"], pin=typed["pin"], at=now())


@while_due
@requires(SIGNED_IN)
@sensitive_post_parameters("old_password", "password")
def password(request: HttpRequest) -> HttpResponse:
    """Another password; every other session and token ends."""
    form = forms.ChangePasswordForm(request.POST or None)
    if form.is_valid():
        try:
            services.change_password(user=request.user, **form.cleaned_data, at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, _("The new password is set. You are signed out everywhere else."))
            return redirect("accounts:me")
    return _page(request, "password", form)


@while_due
@requires(SIGNED_IN)
@sensitive_post_parameters("code")
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set up the authenticator app: read the picture, type what the app shows."""
    if totp_of(request.user) is not None:
        raise Http404
    secret = _pending_secret(request)
    form = forms.SecondFactorForm(request.POST or None)
    if form.is_valid():
        try:
            services.activate_second_factor(user=request.user, secret=secret, code=form.cleaned_data["code"], at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            request.session.pop(PENDING_SECRET)
            request.session.cycle_key()
            request.session[SECOND_FACTOR] = now().isoformat()
            messages.success(request, _("The authenticator app is set up. You need it at every sign-in."))
            return redirect(settings.LOGIN_REDIRECT_URL)
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return _page(request, "second_factor", form, secret=groups)


@while_due
@requires(SIGNED_IN)
@require_GET
@private
def second_factor_picture(request: HttpRequest) -> HttpResponse:
    """The picture that the app reads, as an image of our own (the policy allows no image inside a page's text)."""
    if PENDING_SECRET not in request.session:
        raise Http404
    url = get_adapter().build_totp_url(request.user, _pending_secret(request))
    picture = io.BytesIO()
    segno.make(url, error="m").save(picture, kind="svg", scale=4, border=4, xmldecl=False, light="#ffffff")
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


def _pending_secret(request: HttpRequest) -> str:
    if PENDING_SECRET not in request.session:
        request.session[PENDING_SECRET] = get_adapter().encrypt(generate_totp_secret())
    return get_adapter().decrypt(request.session[PENDING_SECRET])


@requires(SIGNED_IN)
def revoke_device(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """A device of one's own that was lost or sold."""
    device = get_object_or_404(own_devices(request.user), pk=device_id)
    outcome = submit(
        request,
        operation="accounts.revoke_own_device",
        form=forms.ReasonForm(request.POST or None),
        run=lambda data: _revoked(device, request.user, data["reason"]),
    )
    if outcome.done:
        return outcome.response
    context = {"form": outcome.form, "device": device, "here": str(device.pk) == request.session.get(DEVICE)}
    return render(request, "stations/accounts/revoke_device.html", context, status=outcome.status)


def _revoked(device: Device, user: User, reason: str) -> str:
    services.revoke_device(device=device, actor=user, at=now(), reason=reason)
    return "accounts:me"


@requires(SIGNED_IN)
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, here too."""
    services.end_sessions(user=request.user, actor=request.user, at=now(), reason="asked by the person")
    logout(request)
    messages.success(request, _("You are signed out on every device."))
    return redirect("accounts:sign_in")

"""One's own account."""

from typing import Any
from uuid import UUID

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from core.access import SIGNED_IN, requires
from core.errors import Refused
from core.forms import PressForm, submit
from core.web.qr import qr_picture
from stations.accounts import forms, services
from stations.accounts.middleware import DEVICE, PIN_DUE, SECOND_FACTOR
from stations.accounts.models import Device, User
from stations.accounts.queries import needs_second_factor, own_devices
from stations.accounts.services.second_factor import totp_of
from stations.accounts.views.frame import page, private, while_due
from stations.requests import SignedInRequest

#: The secret that the app reads from the picture, until the app has proved that it did.
PENDING_SECRET = "pending_second_factor"  # noqa: S105


@requires(SIGNED_IN)
def me(request: SignedInRequest) -> HttpResponse:
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
        "plain": PressForm(),
    }
    return render(request, "stations/accounts/me.html", context, status=outcome.status)


def _choose(user: User, data: dict[str, Any]) -> str:
    services.choose_language(user=user, language=data["language"], offered=tuple(dict(settings.LANGUAGES)))
    services.choose_text_size(user=user, percent=data["text_size"])
    return "accounts:me"


@while_due
@requires(SIGNED_IN)
@sensitive_post_parameters("old_pin", "pin", "again")
def pin(request: SignedInRequest) -> HttpResponse:
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
            messages.success(request, _("From now on, sign in on this device with your name and this PIN."))
            return redirect(settings.LOGIN_REDIRECT_URL if is_first else "accounts:me")
    return page(request, "pin", form, is_first=is_first)


def _set_pin(user: User, device: Device, typed: dict[str, str], is_first: bool) -> None:
    if is_first:
        services.set_pin(user=user, device=device, pin=typed["pin"], at=now())
    else:
        services.change_pin(user=user, device=device, old_pin=typed["old_pin"], pin=typed["pin"], at=now())


@while_due
@requires(SIGNED_IN)
@sensitive_post_parameters("old_password", "password")
def password(request: SignedInRequest) -> HttpResponse:
    """Another password; every other session and token ends."""
    form = forms.ChangePasswordForm(request.POST or None)
    if form.is_valid():
        try:
            services.change_password(user=request.user, **form.cleaned_data, at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, _("Password changed. You are signed out everywhere else."))
            return redirect("accounts:me")
    return page(request, "password", form)


@while_due
@requires(SIGNED_IN)
@sensitive_post_parameters("password", "code")
def second_factor(request: SignedInRequest) -> HttpResponse:
    """Set up the authenticator app: read the picture, type what the app shows."""
    if totp_of(request.user) is not None:
        raise Http404
    secret = _pending_secret(request)
    form = forms.SecondFactorForm(request.POST or None)
    if form.is_valid():
        try:
            services.activate_second_factor(user=request.user, secret=secret, at=now(), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            request.session.pop(PENDING_SECRET)
            request.session.cycle_key()
            request.session[SECOND_FACTOR] = now().isoformat()
            messages.success(request, _("The authenticator app is set up. You need it each time you sign in."))
            return redirect(settings.LOGIN_REDIRECT_URL)
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    is_needed = needs_second_factor(request.user, at=now())
    return page(request, "second_factor", form, secret=groups, is_needed=is_needed)


@while_due
@requires(SIGNED_IN)
@require_GET
@private
def second_factor_picture(request: SignedInRequest) -> HttpResponse:
    """The picture that the app reads, as an image of our own (the policy allows no image inside a page's text)."""
    if PENDING_SECRET not in request.session:
        raise Http404
    url = get_adapter().build_totp_url(request.user, _pending_secret(request))
    return qr_picture(url)


def _pending_secret(request: SignedInRequest) -> str:
    if PENDING_SECRET not in request.session:
        request.session[PENDING_SECRET] = get_adapter().encrypt(generate_totp_secret())
    return get_adapter().decrypt(request.session[PENDING_SECRET])


@requires(SIGNED_IN)
def revoke_device(request: SignedInRequest, device_id: UUID) -> HttpResponse:
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
def end_sessions(request: SignedInRequest) -> HttpResponse:
    """Sign out everywhere, here too."""
    services.end_sessions(user=request.user, actor=request.user, at=now(), reason="asked by the person")
    logout(request)
    messages.success(request, _("You are signed out on every device."))
    return redirect("accounts:sign_in")

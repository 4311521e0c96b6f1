"""The devices of stations: looked at, held up, let go on, given up when lost."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import load, may, requires
from core.history import changes_of
from core.web.page_actions import form_page, to
from core.web.timeline import entries_of
from stations.accounts import forms, services
from stations.accounts.models import Device
from stations.accounts.queries import people_on
from stations.requests import SignedInRequest

READ = "stations.read_device"
LOOKS = {"active": "ok", "quarantined": "wait", "revoked": "info"}
#: Address -> verb, words on the button, arrow, service.
MOVES: dict[str, tuple[str, Any, str, Callable[..., Device]]] = {
    "quarantine": (
        "stations.quarantine_device",
        gettext_lazy("Suspend the device"),
        "quarantine_device",
        services.quarantine_device,
    ),
    "release": (
        "stations.release_device",
        gettext_lazy("Resume the device"),
        "release_device",
        services.release_device,
    ),
    "revoke": (
        "stations.revoke_device",
        gettext_lazy("Lost: deactivate it"),
        "revoke_device",
        services.revoke_device,
    ),
}


@requires(READ, one_object=True)
def device(request: SignedInRequest, device_id: UUID) -> HttpResponse:
    """One device: whose, since when, how it stands, and what may be done."""
    shown = _load(request, READ, device_id)
    page = {
        "device": shown,
        "look": LOOKS[shown.state],
        "people": people_on(shown),
        "history": entries_of(changes_of(shown), Device.State),
        "verbs": [
            (words, reverse("accounts:move_device", args=[shown.pk, slug]))
            for slug, (verb, words, arrow, _service) in MOVES.items()
            if shown.state in services.DEVICE.arrows[arrow] and may(request.user, verb)
        ],
    }
    return render(request, "stations/accounts/device.html", page)


@requires(READ, one_object=True)
def move_device(request: SignedInRequest, device_id: UUID, slug: str) -> HttpResponse:
    """One arrow of a device, with its reason."""
    if slug not in MOVES:
        raise Http404
    verb, words, _arrow, service = MOVES[slug]
    shown = _load(request, verb, device_id)
    return form_page(
        request,
        operation=verb,
        form=forms.ReasonForm(request.POST or None),
        service=partial(service, device=shown),
        then=to("accounts:device", shown.pk),
        template="stations/accounts/move_device.html",
        page=lambda: {"device": shown, "words": words, "is_grave": slug == "revoke"},
        done=_("Done."),
        by="actor",
    )


def _load(request: SignedInRequest, verb: str, device_id: UUID) -> Device:
    devices = Device.objects.select_related("station", "registered_by")
    return load(devices, request.user, verb, pk=device_id)

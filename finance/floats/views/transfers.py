"""A float on its way between two stations."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from core.access import load, requires
from core.forms import PressForm, submit
from core.history import changes_of
from core.timeline import entries_of
from finance.floats import services
from finance.floats.models import FloatTransfer

READ, ACCEPT, DECLINE, RECALL = (
    "finance.read_float_transfer",
    "finance.accept_float",
    "finance.decline_float",
    "finance.recall_float",
)


@requires(READ)
def transfer(request: HttpRequest, pk: Any) -> HttpResponse:
    """One transfer: from whom, to whom, until when, and what the reader may do with it."""
    found = load(_transfers(), request.user, READ, pk=pk)
    return render(request, "finance/floats/transfer.html", _page(request, found, PressForm()))


@require_POST
@requires(ACCEPT)
def accept(request: HttpRequest, pk: Any) -> HttpResponse:
    """Take in what was sent."""
    return _pressed(request, pk, ACCEPT, services.accept_float)


@require_POST
@requires(DECLINE)
def decline(request: HttpRequest, pk: Any) -> HttpResponse:
    """Say no."""
    return _pressed(request, pk, DECLINE, services.decline_float)


@require_POST
@requires(RECALL)
def recall(request: HttpRequest, pk: Any) -> HttpResponse:
    """Take back what nobody has accepted."""
    return _pressed(request, pk, RECALL, services.recall_float)


def _pressed(request: HttpRequest, pk: Any, verb: str, service: Any) -> HttpResponse:
    found = load(_transfers(), request.user, verb, pk=pk)

    def run(_data: dict[str, Any]) -> str:
        service(transfer=found, by=request.user, at=now())
        return reverse("floats:transfer", args=[pk])

    outcome = submit(request, operation=verb, form=PressForm(request.POST), run=run)
    if outcome.done:
        return outcome.response
    found.refresh_from_db()
    page = _page(request, found, outcome.form)
    return render(request, "finance/floats/transfer.html", page, status=outcome.status)


def _page(request: HttpRequest, found: FloatTransfer, form: Any) -> dict[str, Any]:
    waits = found.status == FloatTransfer.Status.SENT and now() < found.expires_at
    names = {user.pk: user.shown_name for user in (found.sent_by, found.receiver)}
    return {
        "transfer": found,
        "form": form,
        "waits": waits,
        "may_answer": waits and request.user.pk == found.receiver_id,
        "may_recall": waits and request.user.pk == found.sent_by_id,
        "entries": entries_of(changes_of(found), FloatTransfer.Status, names=names),
    }


def _transfers() -> Any:
    return FloatTransfer.objects.select_related(
        "from_station__county", "to_station__county", "sent_by", "receiver", "answered_by"
    )

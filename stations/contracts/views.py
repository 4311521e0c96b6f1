"""How one partner or helper stands, and what the county may do about it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from core.access import load, may, requires
from core.forms import PressForm
from core.history import changes_of
from core.web.page_actions import form_page, send_form, to
from core.web.timeline import entries_of
from stations.accounts.models import User
from stations.accounts.queries import names_of
from stations.contracts import services
from stations.contracts.forms import StandingForm
from stations.contracts.models import Termination
from stations.recruitment.models import Contract
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, END = "stations.read_contract", "stations.terminate_partner"
LOOKS = {"active": "ok", "on_leave": "wait", "suspended": "bad", "ended": "info", "terminated": "info"}


@dataclass(frozen=True, slots=True)
class Move:
    """One arrow as a page of its own: the verb that carries it, its words, what follows, its service."""

    verb: str
    arrow: str
    words: Any
    follows: Any
    take: Callable[..., Any]
    reason: str = "reason"
    is_danger: bool = False

    def carry(self, *, contract: Contract, reason: str, actor: User, at: dt.datetime) -> Any:
        """Call the service with the reason under the name that it expects."""
        return self.take(contract=contract, actor=actor, at=at, **{self.reason: reason})


MOVES: dict[str, Move] = {
    "start-leave": Move(
        *("stations.start_leave", "start_leave", gettext_lazy("Start a leave")),
        gettext_lazy("Meanwhile someone else runs the station, or it is closed."),
        services.start_leave,
    ),
    "end-leave": Move(
        *("stations.end_leave", "end_leave", gettext_lazy("Back from leave")),
        gettext_lazy("Everything continues as before."),
        services.end_leave,
    ),
    "suspend": Move(
        *("stations.suspend_partner", "suspend_partner", gettext_lazy("Suspend")),
        gettext_lazy("From now on the person can only view. Earnings are still paid."),
        services.suspend_partner,
        is_danger=True,
    ),
    "reinstate": Move(
        *("stations.reinstate_partner", "reinstate_partner", gettext_lazy("Reinstate the person")),
        gettext_lazy("Not by the person who suspended. Record what was found."),
        services.reinstate_partner,
        reason="finding",
    ),
    "terminate": Move(
        *(END, "terminate_partner", gettext_lazy("Request termination")),
        gettext_lazy("You request it; another county officer ends it."),
        services.ask_termination,
        is_danger=True,
    ),
}


@require_GET
@requires(READ, one_object=True)
def contract(request: SignedInRequest, contract_id: int) -> HttpResponse:
    """One contract, what still binds it, and what may be done now."""
    return _shown(request, _load(request, READ, contract_id))


@requires(READ, one_object=True)
def move(request: SignedInRequest, contract_id: int, slug: str) -> HttpResponse:
    """One arrow, with its reason."""
    step = MOVES.get(slug)
    if step is None:
        raise Http404
    row = _load(request, step.verb, contract_id)
    return form_page(
        request,
        operation=f"stations.{step.arrow}",
        form=StandingForm(request.POST or None),
        service=partial(step.carry, contract=row),
        then=to("contracts:contract", row.pk),
        template="stations/contracts/move.html",
        page=lambda: {
            "contract": row,
            "step": step,
            "binding": services.binding_of(row) if slug == "terminate" else [],
        },
        done=_("Done. The person has been informed."),
        by="actor",
    )


@requires(END, one_object=True)
@require_POST
def terminate(request: SignedInRequest, contract_id: int, termination_id: int) -> HttpResponse:
    """The second person ends it."""
    row, asked = _load(request, END, contract_id), _termination(request, termination_id)
    return send_form(
        request,
        operation=END,
        form=PressForm(request.POST),
        service=partial(services.terminate_partner, termination=asked),
        then=to("contracts:contract", row.pk),
        again=lambda outcome: _shown(request, row, confirm=outcome.form, status=outcome.status),
        done=_("The contract has ended."),
        by="actor",
    )


@requires(END, one_object=True)
@require_POST
def withdraw(request: SignedInRequest, contract_id: int, termination_id: int) -> HttpResponse:
    """The contract goes on."""
    row, asked = _load(request, END, contract_id), _termination(request, termination_id)
    return send_form(
        request,
        operation="stations.withdraw_termination",
        form=StandingForm(request.POST),
        service=partial(services.withdraw_termination, termination=asked),
        then=to("contracts:contract", row.pk),
        again=lambda outcome: _shown(request, row, withdraw=outcome.form, status=outcome.status),
        done=_("The contract continues."),
        by="actor",
    )


def _shown(request: SignedInRequest, row: Contract, *, status: int = 200, **forms: Any) -> HttpResponse:
    changes = list(changes_of(row))
    asked = row.terminations.filter(status=Termination.Status.ASKED).select_related("asked_by").first()
    page = {
        "contract": row,
        "look": LOOKS.get(row.status, "info"),
        "asked": asked,
        "is_own": asked is not None and is_same_person(request.user, asked.asked_by_id),
        "may_end": may(request.user, END),
        "binding": services.binding_of(row) if asked else [],
        "moves": [
            (step.words, reverse("contracts:move", args=[row.pk, slug]))
            for slug, step in MOVES.items()
            if row.status in services.MACHINE.arrows[step.arrow]
            and may(request.user, step.verb)
            and not (asked and slug == "terminate")
        ],
        "confirm": PressForm(),
        "withdraw": StandingForm(),
        "history": entries_of(changes, Contract.Status, names=names_of(changes)),
        **forms,
    }
    return render(request, "stations/contracts/contract.html", page, status=status)


def _load(request: SignedInRequest, verb: str, contract_id: int) -> Contract:
    rows = Contract.objects.select_related("station__county", "user", "partner_user", "county_signer")
    return load(rows, request.user, verb, pk=contract_id)


def _termination(request: SignedInRequest, termination_id: int) -> Termination:
    return load(Termination.objects.select_related("contract__station"), request.user, END, pk=termination_id)

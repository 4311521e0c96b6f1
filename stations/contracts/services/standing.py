"""A contract that runs: on leave and back, suspended and reinstated."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, SamePerson, WrongState, refuses
from core.events.services import publish
from core.history import changes_of, record_change
from core.language.reasons import needs_words
from core.notices.services import notify
from core.notices.templates import in_each_language
from core.state_machines import Machine
from stations.accounts.models import Post, Role, User
from stations.network.models import Station
from stations.recruitment.models import Contract
from stations.two_persons import require_two_persons

Status = Contract.Status

MACHINE = Machine(
    "contract",
    Status,
    {
        "start_leave": frozenset({Status.ACTIVE}),
        "end_leave": frozenset({Status.ON_LEAVE}),
        "suspend_partner": frozenset({Status.ACTIVE, Status.ON_LEAVE}),
        "reinstate_partner": frozenset({Status.SUSPENDED}),
        "end_contract": frozenset(Contract.RUNNING),
        "terminate_partner": frozenset(Contract.RUNNING),
    },
)


class NoReplacement(Refused):
    """While a partner is away somebody else works at the station, or it is closed."""

    code = "no_replacement"
    message = _("Appoint someone else at the station first, or close it for these days.")


@refuses(WrongState, NoReplacement)
@needs_words("reason")
@transaction.atomic
def start_leave(*, contract: Contract, actor: User, at: dt.datetime, reason: str) -> Contract:
    """Away for some time. Raises `NoReplacement` (a partner leaves an open station to nobody), `WrongState`."""
    contract = lock(contract)
    MACHINE.check("start_leave", contract.status)
    if contract.kind == Contract.Kind.PARTNER and not _is_looked_after(contract, at):
        raise NoReplacement
    return move(contract, Status.ON_LEAVE, actor, at, reason)


@refuses(WrongState)
@transaction.atomic
def end_leave(*, contract: Contract, actor: User, at: dt.datetime, reason: str = "") -> Contract:
    """Back again. Raises `WrongState`."""
    contract = lock(contract)
    MACHINE.check("end_leave", contract.status)
    return move(contract, Status.ACTIVE, actor, at, reason)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def suspend_partner(*, contract: Contract, actor: User, at: dt.datetime, reason: str) -> Contract:
    """Stopped by the county at once: from the next request on the post only reads (`ecomnet.grants.SUSPENDED`).

    Services that need the partner stop, the public register shows it, what was earned is still paid. Raises
    `WrongState`.
    """
    contract = lock(contract)
    MACHINE.check("suspend_partner", contract.status)
    contract = move(contract, Status.SUSPENDED, actor, at, reason)
    tell("stations.partner_suspended", contract, at)
    return contract


@refuses(WrongState, SamePerson)
@needs_words("finding")
@transaction.atomic
def reinstate_partner(*, contract: Contract, actor: User, at: dt.datetime, finding: str) -> Contract:
    """Somebody other than who suspended has looked into it, and writes down what was found.

    Raises `SamePerson`, `WrongState`.
    """
    contract = lock(contract)
    MACHINE.check("reinstate_partner", contract.status)
    suspended = changes_of(contract).filter(new=Status.SUSPENDED).last()
    require_two_persons(actor, suspended.actor if suspended else None)
    contract = move(contract, Status.ACTIVE, actor, at, finding)
    tell("stations.partner_reinstated", contract, at)
    return contract


def move(contract: Contract, status: str, actor: User | None, at: dt.datetime, reason: str) -> Contract:
    """The arrow itself, with its line in the history and a message to whom it concerns."""
    old, contract.status = contract.status, status
    contract.save(update_fields=["status", "updated_at"])
    record_change(contract, old=old, new=status, at=at, actor=actor.pk if actor else None, reason=reason)
    notify(
        template="contract_changed",
        params={
            "station": contract.station.name,
            "status": in_each_language(contract.get_status_display),
            "reason": reason or "–",
        },
        language=contract.user.language,
        user=contract.user_id,
        dedupe_key=f"contract_changed:{contract.pk}:{status}:{at.isoformat()}",
        at=at,
    )
    return contract


def tell(name: str, contract: Contract, at: dt.datetime) -> None:
    """Partners alone: what a helper does hangs on his post and his own contract."""
    if contract.kind == Contract.Kind.PARTNER:
        station = contract.station
        publish(name, at=at, partner=str(contract.user_id), station=station.pk, county=station.county_id)


def _is_looked_after(contract: Contract, at: dt.datetime) -> bool:
    if contract.station.status == Station.Status.TEMPORARILY_CLOSED:
        return True
    posts = Post.objects.live(at).filter(station=contract.station, role__in=[Role.PARTNER, Role.HELPER])
    return posts.exclude(user=contract.user).exists()

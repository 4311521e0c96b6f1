"""A contract ends: on its last day by itself, or before by two people, and never while something is owed."""

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.notices.services import notify
from core.notices.templates import in_each_language
from core.state_machines import Machine
from stations.accounts.models import Device, Post, Role, User
from stations.accounts.services import end_posts_of
from stations.contracts.models import Termination
from stations.contracts.services.standing import MACHINE as CONTRACT
from stations.contracts.services.standing import Status, move, tell
from stations.hooks import CLOSING_CHECKS
from stations.network.models import Station
from stations.network.services import ClearanceOpen
from stations.recruitment.models import Contract
from stations.two_persons import require_two_persons

Stage = Termination.Status

MACHINE = Machine(
    "termination",
    Stage,
    {"terminate_partner": frozenset({Stage.ASKED}), "withdraw_termination": frozenset({Stage.ASKED})},
)


class TerminationAsked(Refused):
    """Somebody has asked for it already."""

    code = "termination_asked"
    message = _("Termination of this contract is already requested. Another person confirms or withdraws it.")


@refuses(WrongState, TerminationAsked)
@needs_words("reason")
@transaction.atomic
def ask_termination(*, contract: Contract, actor: User, at: dt.datetime, reason: str) -> Termination:
    """Ask to end a contract before its time; nothing changes until a second person does it.

    Raises `WrongState`, `TerminationAsked`.
    """
    contract = lock(contract)
    CONTRACT.check("terminate_partner", contract.status)
    try:
        with transaction.atomic():
            row = Termination.objects.create(contract=contract, reason=reason, asked_by=actor, asked_at=at)
    except IntegrityError as error:
        raise TerminationAsked from error
    record_change(row, old="", new=row.status, at=at, actor=actor.pk, reason=reason)
    return row


@refuses(WrongState, SamePerson, ClearanceOpen)
@transaction.atomic
def terminate_partner(*, termination: Termination, actor: User, at: dt.datetime) -> Termination:
    """End it: posts at the station end, certificates of it are revoked.

    The station's row is locked first, so that nobody hands something over meanwhile. Raises `SamePerson` for who asked,
    `ClearanceOpen` with everything that still binds, `WrongState`.
    """
    lock(termination.contract.station)
    contract, termination = lock(termination.contract), lock(termination)
    MACHINE.check("terminate_partner", termination.status)
    CONTRACT.check("terminate_partner", contract.status)
    require_two_persons(actor, termination.asked_by_id)
    if binding := binding_of(contract):
        raise ClearanceOpen(open="; ".join(binding))
    _leave(contract, actor, at)
    contract.user.certificates.filter(station=contract.station, revoked_at=None).update(
        revoked_at=at, reason=termination.reason
    )
    move(contract, Status.TERMINATED, actor, at, termination.reason)
    tell("stations.partner_terminated", contract, at)
    return _end(termination, Stage.CONFIRMED, actor, at, "")


@refuses(WrongState)
@transaction.atomic
def withdraw_termination(*, termination: Termination, actor: User, at: dt.datetime, reason: str = "") -> Termination:
    """The contract goes on. Raises `WrongState`."""
    termination = lock(termination)
    MACHINE.check("withdraw_termination", termination.status)
    return _end(termination, Stage.WITHDRAWN, actor, at, reason)


@refuses(WrongState)
@transaction.atomic
def end_contract(*, contract: Contract, at: dt.datetime) -> bool:
    """The last day is over: the contract ends, unless something still binds; then the county is told, every day anew.

    Whether it has ended. Certificates run on until their own day. Raises `WrongState`.
    """
    lock(contract.station)
    contract = lock(contract)
    CONTRACT.check("end_contract", contract.status)
    if binding_of(contract):
        _alarm(contract, at)
        return False
    _leave(contract, None, at)
    move(contract, Status.ENDED, None, at, "")
    tell("stations.contract_ended", contract, at)
    return True


@refuses(WrongState)
@transaction.atomic
def end_due_contracts(*, stations: Iterable[Station], date: dt.date, at: dt.datetime) -> None:
    """Every contract of these stations whose last day lies before this date."""
    due = Contract.objects.running().filter(station__in=stations, to_date__lt=date)
    for contract in due.select_related("station", "user").order_by("station", "pk"):
        end_contract(contract=contract, at=at)


def binding_of(contract: Contract) -> list[str]:
    """Everything that still binds a partner, as sentences; a helper answers for nothing of the station's."""
    if contract.kind == Contract.Kind.HELPER:
        return []
    return [sentence for check in (*CLOSING_CHECKS, _unsent) for sentence in check(contract.station)]


def _unsent(station: Station) -> list[str]:
    devices = Device.objects.filter(station=station, queued_ops__gt=0).exclude(state=Device.State.REVOKED)
    count = sum(devices.values_list("queued_ops", flat=True))
    words = ngettext("%(n)s unsent item on a device", "%(n)s unsent items on devices", count)
    return [words % {"n": count}] if count else []


def _leave(contract: Contract, actor: User | None, at: dt.datetime) -> None:
    role = Role.PARTNER if contract.kind == Contract.Kind.PARTNER else Role.HELPER
    end_posts_of(user=contract.user, role=role, station=contract.station, by=actor, at=at)


def _end(row: Termination, status: str, actor: User, at: dt.datetime, reason: str) -> Termination:
    old, row.status = row.status, status
    row.ended_by, row.ended_at = actor, at
    row.save(update_fields=["status", "ended_by", "ended_at", "updated_at"])
    record_change(row, old=old, new=status, at=at, actor=actor.pk, reason=reason)
    return row


def _alarm(contract: Contract, at: dt.datetime) -> None:
    """The county's managers, once a day, each in the own language."""
    station = contract.station
    managers = Post.objects.live(at).filter(role=Role.COUNTY_MANAGER, division=station.county_id)
    for post in managers.select_related("user"):
        binding = in_each_language(lambda: "; ".join(binding_of(contract)))
        notify(
            template="contract_overdue",
            params={"name": contract.user.shown_name, "station": station.name, "open": binding},
            language=post.user.language,
            user=post.user_id,
            dedupe_key=f"contract_overdue:{contract.pk}:{day_in(station.zone, at)}:{post.user_id}",
            at=at,
        )

"""Policies begin and end by the clock of their country; a county suspends, resumes and cancels them with a reason."""

import datetime as dt

from django.db import transaction
from django.utils.translation import override

from core.database.db import lock
from core.days import day_in
from core.errors import WrongState, refuses
from core.events.services import publish
from core.history import record_change, record_changes
from core.language.reasons import needs_words
from core.notices.services import notify
from finance.insurance.machine import POLICY
from finance.insurance.models import Policy
from stations.accounts.models import User
from stations.people.queries import standing_record
from stations.places.models import Division

_S = Policy.Status
SWEEP = 5_000


@refuses(WrongState)
@transaction.atomic
def start_policies(*, county: Division, zone: str, at: dt.datetime) -> dict[str, int]:
    """Once a day for a county: begin what is paid and due, end what is over. How many of each."""
    today = day_in(zone, at)
    here = Policy.objects.filter(batch__county=county)
    begun = _move_all(here.filter(status=_S.READY, start_date__lte=today), "start_policies", _S.ACTIVE, at=at)
    over = here.filter(status__in=[_S.ACTIVE, _S.SUSPENDED], end_date__lt=today)
    ended = _move_all(over, "expire_policies", _S.EXPIRED, at=at)
    for policy in begun:
        publish("finance.policy_activated", at=at, policy=str(policy.pk), station=policy.station_id)
        _tell_insured(policy, at=at)
    return {"begun": len(begun), "ended": len(ended)}


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def suspend_policy(*, policy: Policy, reason: str, by: User, at: dt.datetime) -> Policy:
    """Stop the cover for the time being."""
    return _move(policy, "suspend_policy", _S.SUSPENDED, reason=reason, by=by, at=at)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def resume_policy(*, policy: Policy, reason: str, by: User, at: dt.datetime) -> Policy:
    """Let the cover go on."""
    return _move(policy, "resume_policy", _S.ACTIVE, reason=reason, by=by, at=at)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def cancel_policy(*, policy: Policy, reason: str, by: User, at: dt.datetime) -> Policy:
    """End a policy for good; its premium stays paid."""
    return _move(policy, "cancel_policy", _S.CANCELLED, reason=reason, by=by, at=at)


def _move(policy: Policy, verb: str, status: str, *, reason: str, by: User, at: dt.datetime) -> Policy:
    policy = lock(policy)
    POLICY.check(verb, policy.status)
    before, policy.status = policy.status, status
    policy.save(update_fields=["status", "updated_at"])
    record_change(policy, old=before, new=status, at=at, actor=by.pk, reason=reason[:200])
    return policy


def _move_all(policies: object, verb: str, status: str, *, at: dt.datetime) -> list[Policy]:
    """These policies in their new state, in one statement for each state that they were in."""
    rows = list(
        policies.select_related("person__merged_into", "station", "product")  # type: ignore[attr-defined]
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)[:SWEEP]
    )
    for before in sorted({row.status for row in rows}):
        POLICY.check(verb, before)
        same = [row for row in rows if row.status == before]
        Policy.objects.filter(pk__in=[row.pk for row in same]).update(status=status, updated_at=at)
        record_changes(same, old=before, new=status, at=at)
    return rows


def _tell_insured(policy: Policy, *, at: dt.datetime) -> None:
    person = standing_record(policy.person)
    if not person.phone or person.died_date:
        return
    with override(person.language):
        product = policy.product.shown_name
    notify(
        template="policy_begins",
        params={"product": product, "date": policy.end_date, "station": policy.station.name},
        language=person.language,
        phone=str(person.phone),
        dedupe_key=f"policy_begins:{policy.pk}",
        at=at,
        zone=policy.station.zone,
    )

"""Who recommends loans that are not repaid is warned, then suspended; two people lift that."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, QuerySet, UUIDField, Value
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, SamePerson, refuses
from core.history import record_change
from core.language.reasons import needs_words
from finance.credit.models import PartnerVintage, RecommendationStanding, Reinstatement
from finance.credit.vintages import LEAST_LOANS, SUSPENDED_ABOVE, WARNED_ABOVE, Vintage, first_quarter
from ledger.services import book_of
from stations.accounts.models import User
from stations.accounts.queries import own_logins
from stations.places.models import Division
from stations.two_persons import PersonBehind, require_two_persons

_S, _R = RecommendationStanding.Status, Reinstatement.Status


class RecommendingSuspended(Refused):
    """Too much of what this person has recommended is at risk."""

    code = "recommending_suspended"
    status = 422
    message = _("Too many loans that you recommended are late, so you cannot recommend another one. Ask your county.")


class NotSuspended(Refused):
    """There is nothing to lift, or somebody has asked for it already."""

    code = "recommender_not_suspended"
    message = _("This person recommends loans, or a colleague has already asked for it.")


class ReinstatementDecided(Refused):
    """Nobody waits for it any more."""

    code = "reinstatement_decided"
    message = _("A colleague has decided on this already. Look at it again.")


@refuses(RecommendingSuspended)
def demand_recommending(by: User) -> None:
    """Refuse who is suspended, under whichever login."""
    if is_suspended(by):
        raise RecommendingSuspended


def is_suspended(user: User) -> bool:
    """Whether the person behind this login recommends no further loan."""
    return _standings_of(user).filter(status=_S.SUSPENDED).exists()


def is_suspended_meanwhile(user: User) -> bool:
    """The same, and until the transaction ends nobody suspends them: a measuring waits, or was waited for.

    Taken before what waits with a lender is held, in the order in which a measuring holds both.
    """
    held = _standings_of(user).order_by("pk").select_for_update(of=("self",), no_key=True)
    return any(standing.status == _S.SUSPENDED for standing in held)


def _standings_of(user: User) -> QuerySet[RecommendationStanding]:
    is_theirs = Q(partner_ref=PersonBehind(Value(user.pk, UUIDField()))) | Q(partner__in=own_logins(user))
    return RecommendationStanding.objects.filter(is_theirs)


@transaction.atomic
def record_vintages(
    *, county: Division, date: dt.date, found: Sequence[Vintage], at: dt.datetime
) -> list[RecommendationStanding]:
    """Store how the quarters of a county stand at the close of a date, where they changed; who is suspended by that."""
    latest = _latest(county, since=first_quarter(date))
    changed = [each for each in found if _figures(latest.get(_key(each))) != each.figures]
    PartnerVintage.objects.bulk_create(
        [
            PartnerVintage(
                partner_ref=each.partner_ref,
                county=county,
                quarter_date=each.quarter_date,
                as_of_date=date,
                currency=each.currency,
                loans=each.loans,
                disbursed_minor=each.disbursed_minor,
                at_risk_minor=each.at_risk_minor,
                par30_bp=each.par30_bp,
            )
            for each in changed
        ],
        update_conflicts=True,
        unique_fields=["partner_ref", "county", "quarter_date", "currency", "as_of_date"],
        update_fields=["loans", "disbursed_minor", "at_risk_minor", "par30_bp", "updated_at"],
    )
    by_person: defaultdict[UUID, list[Vintage]] = defaultdict(list)
    for each in found:
        by_person[each.partner_ref].append(each)
    return _judge(county, by_person, date=date, at=at)


@refuses(NotSuspended, SamePerson)
@needs_words("reason")
@transaction.atomic
def propose_reinstatement(
    *, standing: RecommendationStanding, reason: str, by: User, at: dt.datetime
) -> RecommendationStanding:
    """Ask the lender that somebody of the county recommends loans again; nobody asks for themselves."""
    standing = lock(standing)
    require_two_persons(by, standing.partner_ref, standing.partner_id)
    if standing.status != _S.SUSPENDED or asked_reinstatement(standing) is not None:
        raise NotSuspended
    asked = Reinstatement.objects.create(standing=standing, reason=reason, asked_by=by, asked_at=at)
    record_change(asked, old="", new=asked.status, at=at, actor=by.pk, reason=reason)
    return standing


@refuses(ReinstatementDecided, SamePerson)
@transaction.atomic
def approve_reinstatement(
    *, standing: RecommendationStanding, proposal: UUID, by: User, at: dt.datetime
) -> RecommendationStanding:
    """Let somebody recommend again for whom the county has asked; the quarters as they stand now suspend no more.

    They stay warned until the share at risk has fallen.
    """
    standing = lock(standing)
    asked = _to_decide(standing, proposal, by)
    seen = PartnerVintage.objects.filter(partner_ref=standing.partner_ref).aggregate(date=Max("as_of_date"))["date"]
    asked.seen_date = seen or standing.since_date
    standing.since_date = day_in(book_of(standing.county.country).zone, at)
    _decide(asked, _R.GRANTED, by=by, at=at)
    _move(standing, _S.WARNED, at=at, by=by)
    return standing


@refuses(ReinstatementDecided, SamePerson)
@transaction.atomic
def reject_reinstatement(
    *, standing: RecommendationStanding, proposal: UUID, by: User, at: dt.datetime
) -> RecommendationStanding:
    """Leave somebody suspended for whom the county has asked."""
    standing = lock(standing)
    _decide(_to_decide(standing, proposal, by), _R.REFUSED, by=by, at=at)
    return standing


def asked_reinstatement(standing: RecommendationStanding) -> Reinstatement | None:
    """What the county has asked for and nobody has decided."""
    waiting = standing.reinstatements.filter(status=_R.ASKED)
    return waiting.select_related("asked_by").first()


def _judge(
    county: Division, by_person: dict[UUID, list[Vintage]], *, date: dt.date, at: dt.datetime
) -> list[RecommendationStanding]:
    """Warn, suspend or clear each person by their worst quarter; who was suspended now.

    What another county has found about somebody is replaced by what is worse only.
    """
    known = {row.partner_ref: row for row in _held(county, by_person)}
    suspended = []
    for partner_ref, standing in known.items():
        if partner_ref not in by_person and standing.status == _S.WARNED:  # its quarters are too long ago
            _become(standing, _S.RECOMMENDING, None, standing.partner_id, date=date, at=at)
    for partner_ref, vintages in by_person.items():
        partner = max(vintages, key=lambda each: each.quarter_date).partner
        standing = known.get(partner_ref) or RecommendationStanding(
            partner_ref=partner_ref, partner_id=partner, county=county, since_date=date
        )
        if standing.status == _S.SUSPENDED:  # until two people lift it
            continue
        status, worst = _verdict(standing, county, vintages)
        if standing.county_id != county.pk and not _is_worse(status, standing.status):
            continue
        standing.county = county
        _become(standing, status, worst, partner, date=date, at=at)
        if status == _S.SUSPENDED:
            suspended.append(standing)
    return suspended


def _held(county: Division, by_person: Iterable[UUID]) -> list[RecommendationStanding]:
    rows = RecommendationStanding.objects.filter(Q(partner_ref__in=list(by_person)) | Q(county=county)).order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True))


def _is_worse(status: str, other: str) -> bool:
    return _S.values.index(status) > _S.values.index(other)


def _verdict(
    standing: RecommendationStanding, county: Division, vintages: Iterable[Vintage]
) -> tuple[str, Vintage | None]:
    """How somebody stands by these quarters of a county, and by which of them."""
    telling = [each for each in vintages if each.loans >= LEAST_LOANS and each.par30_bp > WARNED_ABOVE]
    telling.sort(key=lambda each: each.par30_bp, reverse=True)
    breaches = (each for each in telling if each.par30_bp > SUSPENDED_ABOVE)
    breach = next((each for each in breaches if not _is_accepted(standing, county, each)), None)
    if breach is not None:
        return _S.SUSPENDED, breach
    return (_S.WARNED, telling[0]) if telling else (_S.RECOMMENDING, None)


def _is_accepted(standing: RecommendationStanding, county: Division, vintage: Vintage) -> bool:
    """Whether two people have let somebody recommend again with this quarter as bad as it is."""
    if standing._state.adding:
        return False
    granted = standing.reinstatements.filter(status=_R.GRANTED).order_by("-decided_at").first()
    if granted is None:
        return False
    seen = PartnerVintage.objects.filter(
        partner_ref=standing.partner_ref,
        county=county,
        quarter_date=vintage.quarter_date,
        currency=vintage.currency,
        as_of_date__lte=granted.seen_date,
    )
    accepted = seen.order_by("-as_of_date").first()
    return accepted is not None and vintage.par30_bp <= accepted.par30_bp


def _become(
    standing: RecommendationStanding,
    status: str,
    worst: Vintage | None,
    partner: UUID,
    *,
    date: dt.date,
    at: dt.datetime,
) -> None:
    quarter, share = (worst.quarter_date, worst.par30_bp) if worst else (None, None)
    now_stands = (status, quarter, share, partner)
    if not standing._state.adding and now_stands == (
        standing.status,
        standing.quarter_date,
        standing.par30_bp,
        standing.partner_id,
    ):
        return
    if status != standing.status:
        standing.since_date = date
    standing.quarter_date, standing.par30_bp, standing.partner_id = quarter, share, partner
    _move(standing, status, at=at)


def _move(standing: RecommendationStanding, status: str, *, at: dt.datetime, by: User | None = None) -> None:
    before = "" if standing._state.adding else standing.status
    standing.status = status
    standing.save()
    if before != status:
        record_change(standing, old=before, new=status, at=at, actor=by.pk if by else None)


@refuses(ReinstatementDecided, SamePerson)
def _to_decide(standing: RecommendationStanding, proposal: UUID, by: User) -> Reinstatement:
    """What was asked for and shown; not by who asked for it, nor by the one whom it is about."""
    asked = asked_reinstatement(standing)
    if asked is None or asked.pk != proposal:
        raise ReinstatementDecided
    require_two_persons(by, asked.asked_by_id, standing.partner_ref, standing.partner_id)
    return asked


def _decide(asked: Reinstatement, status: str, *, by: User, at: dt.datetime) -> None:
    before, asked.status = asked.status, status
    asked.decided_by, asked.decided_at = by, at
    asked.save()
    record_change(asked, old=before, new=status, at=at, actor=by.pk)


def _latest(county: Division, *, since: dt.date) -> dict[tuple[UUID, dt.date, str], PartnerVintage]:
    """The newest figures of each quarter of a county from this one on."""
    which = ("partner_ref", "quarter_date", "currency")
    rows = PartnerVintage.objects.filter(county=county, quarter_date__gte=since)
    return {_key(row): row for row in rows.order_by(*which, "-as_of_date").distinct(*which)}


def _key(row: "Vintage | PartnerVintage") -> tuple[UUID, dt.date, str]:
    return row.partner_ref, row.quarter_date, row.currency


def _figures(row: PartnerVintage | None) -> tuple[int, int, int] | None:
    return (row.loans, row.disbursed_minor, row.at_risk_minor) if row else None

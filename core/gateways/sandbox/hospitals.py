"""A hospital's own system: its clinics, the numbers that it has given, and a clinic that it closes."""

import datetime as dt
import json
import time
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

from core.gateways.sandbox import behaviours, books, callbacks
from core.gateways.sandbox.catalogue import Provider, written
from core.gateways.sandbox.replies import Reply, misbehave, refuse, result_of
from core.gateways.sandbox.store import Store

PATH, LIST_PATH = "/v1/clinics", "/v1/registrations"
KIND = "clinics"
#: What a patient has of a hospital.
KINDS = frozenset({"registration", "release"})
MOST_DAYS = 60
#: Without clinics of its own a hospital has this one, each morning but on Sundays.
USUAL_LICENCE, USUAL_CAPACITY = "110321324000091", 20
USUAL_BEGINS, USUAL_ENDS = dt.time(8), dt.time(11, 30)


def clinics(store: Store, provider: Provider, target: str) -> Reply:
    """GET /v1/clinics?from=2026-12-01&days=14: the clinics of these days with the numbers that are left."""
    asked = parse_qs(urlsplit(target).query)
    try:
        first, days = dt.date.fromisoformat(asked["from"][0]), int(asked["days"][0])
    except (KeyError, ValueError):
        return refuse(400, "malformed")
    if not 1 <= days <= MOST_DAYS:
        return refuse(400, "malformed")
    with store.transaction():
        deed = behaviours.take(store, KIND, {})
        rows = [_shown(store, provider, each) for each in _clinics_of(store, provider, first, days)]
    if deed["do"] == "lose_request":
        return Reply(0, is_lost=True)
    if deed["do"] == "error_500":
        return refuse(500, "internal_error")
    return misbehave(Reply(200, {"clinics": rows}), deed)


def registrations(store: Store, provider: Provider, target: str) -> Reply:
    """GET /v1/registrations?date=2026-12-02: what was given, and what was taken back, of the clinics of a date."""
    try:
        date = dt.date.fromisoformat(parse_qs(urlsplit(target).query)["date"][0])
    except (KeyError, ValueError):
        return refuse(400, "malformed")
    zone = provider.country.zone
    rows = [
        row
        for row in store.all(
            "SELECT * FROM transactions WHERE provider = ? AND kind = 'registration' AND status = 'succeeded'"
            " AND in_file != 'omit_from_file' ORDER BY received_at",
            provider.code,
        )
        if _instant(row["account"].partition(" ")[2]).astimezone(zone).date() == date
    ]
    lines = [result_of(row) | ({"status": "reversed"} if row["reversed_at"] else {}) for row in rows]
    strange = [line | {"our_ref": str(uuid.uuid4())} for line, row in zip(lines, rows, strict=True) if _is_extra(row)]
    return Reply(200, {"registrations": [*lines, *strange]})


def _is_extra(row: Any) -> bool:
    return row["in_file"] == "extra_in_file"


def keep_clinics(store: Store, providers: frozenset[str], wanted: Any) -> Reply:
    """PUT /sandbox/clinics: the clinics of a hospital, in place of those that it had."""
    is_whole = isinstance(wanted, dict) and wanted.get("provider") in providers
    if not is_whole or not all(_is_clinic(each) for each in wanted.get("clinics") or [None]):
        return refuse(400, "malformed")
    store.remember(f"clinics:{wanted['provider']}", json.dumps(wanted["clinics"]))
    return Reply(200, {"clinics": len(wanted["clinics"])})


def close_clinic(store: Store, providers: frozenset[str], wanted: Any) -> Reply:
    """POST /sandbox/clinic-events: no number of this clinic is good any more, and the callback says so."""
    names = ("provider", "licence_no", "starts_at")
    if not isinstance(wanted, dict) or not all(isinstance(wanted.get(name), str) for name in names):
        return refuse(400, "malformed")
    if wanted["provider"] not in providers:
        return refuse(400, "malformed")
    clinic = _called(wanted)
    store.remember(f"closed:{wanted['provider']}:{clinic}", "1")
    data = {"our_ref": clinic, "licence_no": wanted["licence_no"], "starts_at": wanted["starts_at"]}
    event_id = callbacks.plan(
        store,
        wanted["provider"],
        "clinic.closed",
        data,
        occurred_at=written(dt.datetime.now(dt.UTC)) or "",
        due_at=time.time(),
        times=wanted.get("times", 1),
    )
    return Reply(202, {"event_id": event_id})


def objection(store: Store, provider: Provider, kind: str, request: dict[str, Any]) -> str:
    """Why there is no number for a patient, or why one cannot be given back; empty when it can."""
    if kind == "release":
        return _objection_to_release(store, provider.code, request)
    clinic = clinic_in("registration", request) or ""
    known = _clinic_called(store, provider, request)
    if known is None:
        return "clinic_unknown"
    if _is_closed(store, provider.code, clinic):
        return "clinic_closed"
    return "" if _taken(store, provider.code, clinic) < known["capacity"] else "clinic_full"


def _objection_to_release(store: Store, provider: str, request: dict[str, Any]) -> str:
    """Why a number cannot be given back."""
    original = books.find(store, provider, request["original_ref"])
    is_given = original is not None and original["kind"] == "registration" and original["status"] == "succeeded"
    return "" if is_given and not original["reversed_at"] else "registration_unknown"


def next_number(store: Store, provider: str, clinic: str) -> int:
    """The next number of a clinic; one that was given back is never given again."""
    given = store.all(
        "SELECT our_ref FROM transactions WHERE provider = ? AND account = ? AND kind = 'registration'"
        " AND status = 'succeeded' AND receipt IS NOT NULL",
        provider,
        clinic,
    )
    return len(given) + 1


def clinic_in(kind: str, request: dict[str, Any]) -> str | None:
    """The clinic that a registration is for: the doctor's licence, and when it begins."""
    return _called(request) if kind == "registration" else None


def _clinics_of(store: Store, provider: Provider, first: dt.date, days: int) -> list[dict[str, Any]]:
    kept = json.loads(store.setting(f"clinics:{provider.code}", "null"))
    if kept is None:
        return [_usual(provider, first + dt.timedelta(days=day)) for day in range(days) if _works(first, day)]
    until = first + dt.timedelta(days=days)
    zone = provider.country.zone
    return [each for each in kept if first <= _instant(each["starts_at"]).astimezone(zone).date() < until]


def _clinic_called(store: Store, provider: Provider, request: dict[str, Any]) -> dict[str, Any] | None:
    try:
        day = _instant(request["starts_at"]).astimezone(provider.country.zone).date()
    except ValueError:
        return None
    found = _clinics_of(store, provider, day, 1)
    return next((each for each in found if _called(each) == _called(request)), None)


def _usual(provider: Provider, day: dt.date) -> dict[str, Any]:
    zone = provider.country.zone
    begins, ends = (dt.datetime.combine(day, clock, zone).astimezone(dt.UTC) for clock in (USUAL_BEGINS, USUAL_ENDS))
    return {
        "licence_no": USUAL_LICENCE,
        "starts_at": written(begins),
        "ends_at": written(ends),
        "capacity": USUAL_CAPACITY,
    }


def _works(first: dt.date, day: int) -> bool:
    return (first + dt.timedelta(days=day)).isoweekday() <= 6


def _shown(store: Store, provider: Provider, clinic: dict[str, Any]) -> dict[str, Any]:
    name = _called(clinic)
    is_closed = _is_closed(store, provider.code, name)
    left = 0 if is_closed else max(clinic["capacity"] - _taken(store, provider.code, name), 0)
    return {**clinic, "free": left, "status": "closed" if is_closed else "open"}


def _taken(store: Store, provider: str, clinic: str) -> int:
    """Numbers that are given or about to be."""
    rows = store.all(
        "SELECT our_ref FROM transactions WHERE provider = ? AND account = ? AND kind = 'registration'"
        " AND (status = 'succeeded' OR (status = 'pending' AND completes_as = 'succeeded')) AND reversed_at IS NULL",
        provider,
        clinic,
    )
    return len(rows)


def _is_closed(store: Store, provider: str, clinic: str) -> bool:
    return bool(store.setting(f"closed:{provider}:{clinic}", ""))


def _is_clinic(clinic: Any) -> bool:
    if not isinstance(clinic, dict) or not isinstance(clinic.get("capacity"), int):
        return False
    return all(isinstance(clinic.get(name), str) for name in ("licence_no", "starts_at", "ends_at"))


def _called(clinic: dict[str, Any]) -> str:
    """The name of a clinic, however its beginning was written."""
    try:
        begins = written(_instant(clinic["starts_at"]))
    except ValueError:
        begins = clinic["starts_at"]
    return f"{clinic['licence_no']} {begins}"


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)

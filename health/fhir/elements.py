"""Data types of FHIR that several resources have, and the frame around each resource."""

import datetime as dt
import hashlib
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.utils.functional import Promise
from django.utils.translation import override

from health.fhir.names import ATC, EXTENSIONS, UCUM
from health.fhir.wire import Json, Resource, dumps
from health.hospitals.models import Doctor
from health.records.models import Drug
from stations.accounts.models import User

#: Characters of a content's hash that name a version.
VERSION_LENGTH = 16


def framed(kind: str, row: Model, content: Resource, *profiles: str) -> Resource:
    """A resource without what is empty. Its version is the hash of what it says: nobody stores earlier ones."""
    updated_at: dt.datetime = annotated(row, "fhir_updated_at")
    filled = _filled({"resourceType": kind, "id": str(row.pk), **content})
    version = hashlib.sha256(dumps(filled)).hexdigest()[:VERSION_LENGTH]
    meta: Json = _filled(
        {"versionId": version, "lastUpdated": instant(updated_at, "UTC"), "profile": [str(each) for each in profiles]}
    )
    return {"resourceType": filled["resourceType"], "id": filled["id"], "meta": meta, **filled}


def _filled(fields: Resource) -> Resource:
    """The same without empty texts, lists and objects, at every depth."""
    found = {name: _without_empty(value) for name, value in fields.items()}
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _without_empty(value: Json) -> Json:
    if isinstance(value, dict):
        return _filled(value)
    if isinstance(value, list):
        return [each for each in map(_without_empty, value) if each not in (None, "", [], {})]
    return value


def annotated(row: Model, name: str) -> Any:
    """What the query has worked out for a row beside its fields."""
    return getattr(row, name)


def english(words: str | Promise) -> str:
    """A word of ours in English, whatever language the reader speaks: a resource is the same for everybody."""
    with override("en"):
        return str(words)


def instant(at: dt.datetime, zone: str) -> str:
    """With the offset of a zone, to the millisecond."""
    return at.astimezone(ZoneInfo(zone)).isoformat(timespec="milliseconds")


def instant_or_nothing(at: dt.datetime | None, zone: str) -> str | None:
    """The same, where there is one."""
    return instant(at, zone) if at else None


def day(date: dt.date | None) -> str | None:
    """A date, where there is one."""
    return date.isoformat() if date else None


def reference(kind: str, pk: UUID | int | str, display: str = "") -> Resource:
    """A relative reference."""
    return {"reference": f"{kind}/{pk}", "display": display}


def patient(pk: UUID) -> Resource:
    """Without a name: who may read the reference may not be one who may read the name."""
    return reference("Patient", pk)


def practitioner(row: Model, path: str) -> Resource | None:
    """Who stands in a field of a row (`with_doctors`): a doctor by reference, other staff by name only."""
    user: User | None = getattr(row, path)
    return named_practitioner(user, annotated(row, f"{path}_doctor")) if user else None


def named_practitioner(user: User, doctor: UUID | None) -> Resource:
    """A doctor by reference; staff without a licence of ours by name only."""
    if doctor is None:
        return {"type": "Practitioner", "display": user.shown_name}
    return reference("Practitioner", doctor, user.shown_name)


def coding(system: str, code: str, display: str = "") -> Resource:
    """One code."""
    return {"system": system, "code": code, "display": display}


def concept(*codings: Resource, text: str | Promise = "") -> Resource:
    """Codes of one meaning, and the words for people."""
    return {"coding": list(codings), "text": english(text)}


def drug_concept(drug: Drug | None, name: str = "") -> Resource:
    """A drug of the list by its ATC code, or one by its name."""
    return concept(coding(ATC, drug.code, drug.name), text=drug.name_zh) if drug else concept(text=name)


def identifier(system: str, value: str) -> Resource:
    """A number by which people know it."""
    return {"system": system, "value": value}


def period(start: str | None, end: str | None) -> "dict[str, Json | None]":
    """From and to, either of which may be open."""
    return {"start": start, "end": end}


def quantity(value: Decimal | int, unit: str) -> Resource:
    """A value in a UCUM unit."""
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def extension(name: str, kind: str, value: Json) -> Resource:
    """One of ours; `extensions.py` defines it."""
    return {"url": f"{EXTENSIONS}/{name}", f"value{kind}": value}


def with_updated(rows: QuerySet, *paths: str) -> QuerySet:
    """With `fhir_updated_at`: the latest of these instants."""
    latest = Greatest(*(F(path) for path in paths)) if len(paths) > 1 else F(paths[0])
    return rows.annotate(fhir_updated_at=latest)


def with_doctors(rows: QuerySet, *paths: str) -> QuerySet:
    """With `<path>_doctor` (dots for `__`): the doctor who signs in as this user."""
    return rows.annotate(
        **{
            f"{path.replace('__', '_')}_doctor": Subquery(
                Doctor.objects.filter(user=OuterRef(path)).order_by("pk").values("pk")[:1]
            )
            for path in paths
        }
    )

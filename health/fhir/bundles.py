"""Bundles and OperationOutcomes: what stands around resources in an answer."""

from collections.abc import Sequence

from core.language.text import CONTROLS
from health.fhir.wire import Json, Resource


def outcome(severity: str, code: str, words: str, diagnostics: str = "") -> Resource:
    """An OperationOutcome with one issue; no control character of what was sent is repeated: FHIR has none in text."""
    text = CONTROLS.sub("", words)
    issue: dict[str, Json] = {"severity": severity, "code": code, "details": {"text": text}}
    return {
        "resourceType": "OperationOutcome",
        "issue": [issue | ({"diagnostics": diagnostics} if diagnostics else {})],
    }


def search_set(
    base: str,
    links: dict[str, str],
    matches: Sequence[Resource],
    included: Sequence[Resource] = (),
    notes: Sequence[Resource] = (),
) -> Resource:
    """A page of a search: what was found, what was included, and what is said about the search."""
    entries = [_entry(base, each, "match") for each in matches]
    entries += [_entry(base, each, "include") for each in included]
    entries += [{"resource": each, "search": {"mode": "outcome"}} for each in notes]
    return _bundle("searchset", links, entries)


def history(base: str, address: str, resource: Resource) -> Resource:
    """The version that exists: no other one is stored."""
    meta = resource["meta"]
    if not isinstance(meta, dict):
        raise TypeError("A resource has a meta element.")
    place = f"{resource['resourceType']}/{resource['id']}"
    entry: dict[str, Json] = {
        "fullUrl": f"{base}{place}",
        "resource": resource,
        "request": {"method": "PUT", "url": place},
        "response": {
            "status": "200",
            "lastModified": meta["lastUpdated"],
            "etag": f'W/"{meta["versionId"]}"',
        },
    }
    return _bundle("history", {"self": address}, [entry])


def _entry(base: str, resource: Resource, mode: str) -> dict[str, Json]:
    return {
        "fullUrl": f"{base}{resource['resourceType']}/{resource['id']}",
        "resource": resource,
        "search": {"mode": mode},
    }


def _bundle(kind: str, links: dict[str, str], entries: list[dict[str, Json]]) -> Resource:
    bundle: Resource = {
        "resourceType": "Bundle",
        "type": kind,
        "link": [{"relation": relation, "url": url} for relation, url in links.items()],
    }
    if entries:
        bundle["entry"] = list(entries)
    return bundle

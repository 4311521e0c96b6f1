"""Our extensions, each with the StructureDefinition that we serve: what FHIR has no element for."""

from collections.abc import Mapping

from health.fhir.names import EXTENSIONS, PROFILES
from health.fhir.wire import Json, Resource

#: Name, title, what it extends, the type of its value, and what it means.
_OURS = (
    ("places-left", "PlacesLeft", "Slot", "unsignedInt", "How many places of the slot can still be taken."),
    ("fee", "AppointmentFee", "Appointment", "Money", "The fee of the registration on the day of booking."),
    ("number", "AppointmentNumber", "Appointment", "positiveInt", "The number under which the patient is called."),
)


def _definition(name: str, title: str, context: str, kind: str, words: str) -> Resource:
    url = f"{EXTENSIONS}/{name}"
    elements: list[Json] = [
        {"id": "Extension", "path": "Extension", "short": words, "definition": words, "min": 0, "max": "1"},
        {"id": "Extension.extension", "path": "Extension.extension", "max": "0"},
        {"id": "Extension.url", "path": "Extension.url", "fixedUri": url},
        {"id": "Extension.value[x]", "path": "Extension.value[x]", "min": 1, "type": [{"code": kind}]},
    ]
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "url": url,
        "version": "1.0.0",
        "name": title,
        "status": "active",
        "description": words,
        "fhirVersion": "4.0.1",
        "kind": "complex-type",
        "abstract": False,
        "context": [{"type": "element", "expression": context}],
        "type": "Extension",
        "baseDefinition": f"{PROFILES}/Extension",
        "derivation": "constraint",
        "differential": {"element": elements},
    }


DEFINITIONS: Mapping[str, Resource] = {each[0]: _definition(*each) for each in _OURS}

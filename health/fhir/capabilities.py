"""The CapabilityStatement: exactly what is served, from the table of types."""

from health.fhir import operations
from health.fhir.kinds import ResourceType
from health.fhir.names import BLOOD_PRESSURE, OURS, VITAL_SIGNS
from health.fhir.table import TYPES
from health.fhir.wire import MEDIA_TYPE, Json, Resource

#: When this statement last changed in substance.
CHANGED = "2026-11-29"
#: Created with an Idempotency-Key.
CREATED = frozenset({"Observation", "Appointment"})
READING = ("read", "vread", "history-instance", "search-type")
_PROFILES = {"Observation": [VITAL_SIGNS, BLOOD_PRESSURE]}
EVERYTHING = "http://hl7.org/fhir/OperationDefinition/Patient-everything"
BULK = "http://hl7.org/fhir/uv/bulkdata"


def statement(base: str) -> Resource:
    """What the server under this address can do."""
    definitions: dict[str, Json] = {"type": "StructureDefinition", "interaction": [{"code": "read"}]}
    ours: dict[str, Json] = {"type": "OperationDefinition", "interaction": [{"code": "read"}]}
    groups: dict[str, Json] = {
        "type": "Group",
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "operation": [_export("group-export")],
    }
    return {
        "resourceType": "CapabilityStatement",
        "url": f"{OURS}/CapabilityStatement/ecomnet",
        "name": "EcomNet",
        "status": "active",
        "date": CHANGED,
        "description": "Health data of village service stations, read and registered by systems of hospitals.",
        "kind": "instance",
        "software": {"name": "EcomNet"},
        "instantiates": [f"{BULK}/CapabilityStatement/bulk-data"],
        "implementation": {"description": "This installation", "url": base.rstrip("/")},
        "fhirVersion": "4.0.1",
        "format": [MEDIA_TYPE],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "description": "Token of a device whose user is a nurse or doctor (Authorization: Token ...). "
                    "Each resident whose data are sent, and each refusal, is recorded."
                },
                "resource": [*map(_resource, TYPES.values()), groups, definitions, ours],
            }
        ],
    }


def _resource(kind: ResourceType) -> Json:
    common = [("_id", "token"), ("_lastUpdated", "date")]
    parameters = [*common, *((name, each.kind) for name, each in kind.parameters.items())]
    shown: dict[str, Json] = {
        "type": kind.name,
        "interaction": [{"code": code} for code in (*READING, *(["create"] if kind.name in CREATED else []))],
        # Only the version that exists can be read: earlier ones are not stored.
        "versioning": "versioned",
        "readHistory": False,
        "searchParam": [{"name": name, "type": form} for name, form in parameters],
    }
    if kind.includes:
        shown["searchInclude"] = [f"{kind.name}:{name}" for name in kind.includes]
    if kind.name in _PROFILES:
        shown["supportedProfile"] = list(_PROFILES[kind.name])
    if kind.name == "Appointment":
        shown["operation"] = [{"name": code, "definition": operations.definition_of(code)} for code in operations.CODES]
    if kind.name == "Patient":
        shown["operation"] = [{"name": "everything", "definition": EVERYTHING}, _export("patient-export")]
    return shown


def _export(name: str) -> Json:
    """An operation of Bulk Data Access."""
    return {"name": "export", "definition": f"{BULK}/OperationDefinition/{name}"}

"""Our operations of Appointment, each with the OperationDefinition that we serve."""

from collections.abc import Mapping

from health.fhir.names import OURS
from health.fhir.wire import Json, Resource

OPERATIONS = f"{OURS}/OperationDefinition"
#: Code, title, what it does, whether it is of one Appointment, and its parameters in: name, type, what it means.
_OURS: tuple[tuple[str, str, str, bool, tuple[tuple[str, str, str], ...]], ...] = (
    (
        *("hold", "HoldAppointment", "Hold a slot for a patient for some minutes.", False),
        (("resource", "Appointment", "The slot and the patient, pending."),),
    ),
    ("book", "BookAppointment", "Book what is held, and give it a number.", True, ()),
    (
        *("cancel", "CancelAppointment", "Give a number up.", True),
        (("reason", "code", "pat: at the patient's word; prov: by the hospital."),),
    ),
)


def _definition(
    code: str, title: str, words: str, is_of_one: bool, given: tuple[tuple[str, str, str], ...]
) -> Resource:
    taken: list[Json] = [
        {"name": name, "use": "in", "min": 1, "max": "1", "type": kind, "documentation": meaning}
        for name, kind, meaning in given
    ]
    answered: Json = {"name": "return", "use": "out", "min": 1, "max": "1", "type": "Appointment"}
    return {
        "resourceType": "OperationDefinition",
        "id": f"appointment-{code}",
        "url": definition_of(code),
        "version": "1.0.0",
        "name": title,
        "status": "active",
        "kind": "operation",
        "affectsState": True,
        "code": code,
        "description": words,
        "resource": ["Appointment"],
        "system": False,
        "type": not is_of_one,
        "instance": is_of_one,
        "parameter": [*taken, answered],
    }


def definition_of(code: str) -> str:
    """The name of the definition of an operation of Appointment."""
    return f"{OPERATIONS}/appointment-{code}"


CODES = tuple(each[0] for each in _OURS)
DEFINITIONS: Mapping[str, Resource] = {f"appointment-{each[0]}": _definition(*each) for each in _OURS}

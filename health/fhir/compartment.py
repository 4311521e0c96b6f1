"""All that stands about one patient: what `$everything` asks of the table."""

from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from health.fhir.filters import ValueInvalid, key_of
from health.fhir.kinds import Source
from health.fhir.queries import Ask
from health.fhir.searches import UPDATED
from health.fhir.table import TYPES


def asks_of_patient(pk: str, *, kinds: str, since: str) -> list[Ask]:
    """Each source of the types (all where none is named, else by comma), narrowed to one patient and since an instant.

    Raises `ValidationError` (400).
    """
    names = {name for name in kinds.split(",") if name}
    if not names <= set(TYPES):
        raise ValidationError({"_type": [_("This value is not possible here.")]})
    changed = _since(since)
    return [
        Ask(source, changed & (Q(pk=key_of(name, pk)) if name == "Patient" else _about(source, pk)))
        for name, kind in TYPES.items()
        if (name == "Patient" or kind.is_of_a_patient) and (not names or name in names)
        for source in kind.sources
    ]


def _about(source: Source, pk: str) -> Q:
    return source.filters["patient"].condition(pk)


def _since(text: str) -> Q:
    if not text:
        return Q()
    try:
        return UPDATED.condition(f"ge{text}")
    except ValueInvalid as error:
        raise ValidationError({"_since": [_("This value is not possible here.")]}) from error

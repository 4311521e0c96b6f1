"""What the table of resource types is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from health.fhir.filters import Filter, references
from health.fhir.wire import Resource
from stations.accounts.models import User

Reach = Callable[[QuerySet, User], QuerySet]

#: What `_include=<type>:patient` follows in most types.
SUBJECT = {"patient": "subject"}


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of one table that are shown as resources of a type.

    `rows` brings all that `resource` reads, whatever their number, and `fhir_updated_at`. `person` is where the id of
    the resident stands; empty where there is none, and nobody's data are read. `filters` are conditions on these rows.
    `grows_by_reading`: each answer adds rows; a search shows those that stood when its first page was read.
    """

    rows: Callable[[], QuerySet]
    reach: Reach
    resource: Callable[[Any], Resource]
    filters: Mapping[str, Filter]
    person: str = ""
    grows_by_reading: bool = False


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A type with its sources, all of which know the same search parameters.

    `includes`: by the parameter that is named in `_include`, the element in which references stand.
    """

    name: str
    sources: tuple[Source, ...]
    includes: Mapping[str, str] = field(default_factory=dict)

    @property
    def parameters(self) -> Mapping[str, Filter]:
        """Search parameters beside `_id`, `_lastUpdated`, `_count` and `_include`."""
        return self.sources[0].filters

    @property
    def is_of_a_patient(self) -> bool:
        """Whether it stands in the compartment of a patient."""
        return "patient" in self.parameters


def of(path: str) -> Filter:
    """The patient that it is about."""
    return references({"Patient": path})

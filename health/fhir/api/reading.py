"""The FHIR interface: read, versions, search, everything of a patient, and what the server can do."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import Http404, QueryDict
from django.utils.timezone import now
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import PUBLIC
from core.web.pagination import link_to_position, position
from health.fhir import operations, services
from health.fhir.bundles import history, outcome, search_set
from health.fhir.capabilities import statement
from health.fhir.compartment import asks_of_patient
from health.fhir.extensions import DEFINITIONS
from health.fhir.kinds import ResourceType
from health.fhir.queries import Page, Shown
from health.fhir.reach import READ_FHIR
from health.fhir.rendering import FhirNegotiation, FhirRenderer, explain_as_outcome
from health.fhir.searches import OF_THE_ANSWER, count_of, refuse_unknown, search_of
from health.fhir.table import TYPES
from health.fhir.wire import Resource
from stations.requests import signed_in

ROOT = "/api/v1/fhir/"
CURSOR = "_cursor"
#: What `$everything` knows beside how an answer is made.
EVERYTHING = frozenset({"_type", "_since"}) | OF_THE_ANSWER - {"_include"}
LEFT_OUT = "Entries that are never named outside of the clinic that wrote them are left out."


#: The same for everybody until the next release.
PUBLISHED = {"Cache-Control": "public, max-age=3600"}


class FhirView(APIView):
    """Answers with resources. The CapabilityStatement describes it, in place of the API's document."""

    schema = None
    renderer_classes = (FhirRenderer,)
    content_negotiation_class = FhirNegotiation

    def get_exception_handler(self) -> Any:
        return explain_as_outcome

    @property
    def base(self) -> str:
        """The address before the name of a type."""
        return self.request.build_absolute_uri(ROOT)

    def answer(self, resource: Resource) -> Response:
        """One resource with its version; nothing where the reader has it already."""
        meta = resource.get("meta")
        if not isinstance(meta, dict):
            return Response(resource)
        tag = f'W/"{meta["versionId"]}"'
        if self.request.headers.get("If-None-Match") == tag:
            return Response(status=304, headers={"ETag": tag})
        return Response(resource, headers={"ETag": tag})

    def page_answer(self, page: Page, included: Sequence[Shown], notes: list[Resource]) -> Response:
        """A page of a search with the link to the next one."""
        address = self.request.build_absolute_uri(self.request.path)
        links = {"self": self.request.build_absolute_uri()}
        if page.position:
            links["next"] = address + link_to_position(self.request, CURSOR, page.position)
        matches = [each.resource for each in page.shown]
        return Response(search_set(self.base, links, matches, [each.resource for each in included], notes))


class Metadata(FhirView):
    """Say what the server can do."""

    requires = PUBLIC
    authentication_classes = ()

    def get(self, request: Request) -> Response:
        return Response(statement(self.base), headers=PUBLISHED)


class Definition(FhirView):
    """Show the definition of an extension of ours."""

    requires = PUBLIC
    authentication_classes = ()

    def get(self, request: Request, name: str) -> Response:
        if name not in DEFINITIONS:
            raise Http404
        return Response(DEFINITIONS[name], headers=PUBLISHED)


class Operation(FhirView):
    """Show the definition of an operation of ours."""

    requires = PUBLIC
    authentication_classes = ()

    def get(self, request: Request, name: str) -> Response:
        if name not in operations.DEFINITIONS:
            raise Http404
        return Response(operations.DEFINITIONS[name], headers=PUBLISHED)


class ReadResource(FhirView):
    """Show one resource; the look, or the refusal, stands in the resident's log."""

    requires = READ_FHIR
    one_object = True

    def get(self, request: Request, kind: ResourceType, pk: str) -> Response:
        return self.answer(self.found(kind, pk))

    def found(self, kind: ResourceType, pk: str) -> Resource:
        """The resource, where the reader may read it."""
        shown = services.read(kind=kind, pk=pk, user=signed_in(self.request), at=now())
        if shown is None:
            raise Http404
        return shown.resource


class ReadVersion(ReadResource):
    """Show a version of a resource: the one that exists, as no other is stored."""

    def get(self, request: Request, kind: ResourceType, pk: str, version: str) -> Response:  # type: ignore[override]
        resource = self.found(kind, pk)
        meta = resource["meta"]
        if not isinstance(meta, dict) or meta["versionId"] != version:
            raise Http404
        return self.answer(resource)


class ReadHistory(ReadResource):
    """List the versions of a resource: the one that exists."""

    def get(self, request: Request, kind: ResourceType, pk: str) -> Response:
        return Response(history(self.base, request.build_absolute_uri(), self.found(kind, pk)))


class SearchResources(FhirView):
    """Search resources of a type; each resident whose data are sent stands in the log."""

    requires = READ_FHIR

    def get(self, request: Request, kind: ResourceType) -> Response:
        return searched(self, kind)


def searched(view: FhirView, kind: ResourceType) -> Response:
    """A page of what the address asks for; what it does not know is refused, or said in the Bundle."""
    request = view.request
    asked = search_of(kind, request.query_params, is_strict=is_strict(request))
    page, included = services.search(
        search=asked, user=signed_in(request), at=now(), position=position(request, CURSOR)
    )
    return view.page_answer(page, included, notes_on(asked.unknown))


def is_strict(request: Request) -> bool:
    """Whether a parameter that is not known is to be refused."""
    return "handling=strict" in request.headers.get("Prefer", "")


def notes_on(unknown: Iterable[str]) -> list[Resource]:
    """That these parameters were ignored."""
    return [outcome("warning", "not-supported", f"This parameter was ignored: {each}") for each in unknown]


class EverythingOfPatient(FhirView):
    """Show all that the reader may read of a patient."""

    requires = READ_FHIR
    one_object = True

    def get(self, request: Request, pk: str) -> Response:
        asked: QueryDict = request.query_params
        unknown = refuse_unknown(set(asked) - EVERYTHING, is_strict=is_strict(request))
        found = services.everything(
            patient=pk,
            asks=asks_of_patient(pk, kinds=asked.get("_type", ""), since=asked.get("_since", "")),
            count=count_of(asked),
            user=signed_in(request),
            at=now(),
            position=position(request, CURSOR),
        )
        if found is None:
            raise Http404
        left_out = [outcome("information", "suppressed", LEFT_OUT)] if found.is_partial else []
        return self.page_answer(found.page, found.included, [*notes_on(unknown), *left_out])


class TypeConverter:
    """A type of resource in an address."""

    regex = "|".join(sorted(TYPES, key=len, reverse=True))

    def to_python(self, value: str) -> ResourceType:
        return TYPES[value]

    def to_url(self, value: ResourceType) -> str:
        return value.name

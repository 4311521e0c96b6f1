"""Bulk Data Access: ask for an export, see how far it is, fetch its files, cancel it."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.utils.timezone import now
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import demand, load
from health.exports import queries, services
from health.exports.asking import asked_of
from health.exports.groups import ResidentGroup
from health.exports.models import EXPORT, Export
from health.exports.resources import NDJSON, group_resource, manifest
from health.fhir.api.reading import FhirView
from health.fhir.bundles import outcome, search_set
from health.fhir.elements import english
from health.fhir.rendering import FhirNegotiation
from health.fhir.wire import MEDIA_TYPE, dumps
from stations.requests import signed_in

#: When to ask again how far it is, in seconds.
ASK_AGAIN = 5


class _ExportView(FhirView):
    requires = EXPORT

    def own(self, pk: UUID) -> Export:
        """The export that this person has asked for, ended where it is outdated; 404 for everybody else."""
        user = signed_in(self.request)
        export: Export = load(Export.objects.filter(requested_by=user.pk), user, EXPORT, pk=pk)
        return services.end_outdated_export(export=export, at=now())

    def accepted(self, request: Request, group: ResidentGroup | None) -> Response:
        """202 with the address at which to ask how far it is."""
        asked = asked_of(request)
        export = services.request_export(
            group=group,
            types=asked.types,
            since=asked.since,
            address=request.build_absolute_uri(),
            by=signed_in(request),
            at=now(),
        )
        place = f"{self.base}export-status/{export.pk}"
        return Response(
            outcome("information", "informational", "The export is being made."),
            status=202,
            headers={"Content-Location": place},
        )


class ExportResidents(_ExportView):
    """Export the data of all residents that the reader may read."""

    def get(self, request: Request) -> Response:
        return self.accepted(request, None)


class ExportGroup(_ExportView):
    """Export those of a village, or of a programme in a place."""

    one_object = True

    def get(self, request: Request, pk: str) -> Response:
        return self.accepted(request, _group_within_reach(request, pk))


class ReadGroup(_ExportView):
    """Show a group that can be exported."""

    one_object = True

    def get(self, request: Request, pk: str) -> Response:
        return Response(group_resource(_group_within_reach(request, pk)))


class SearchGroups(_ExportView):
    """List the groups that can be exported."""

    def get(self, request: Request) -> Response:
        groups = [group_resource(each) for each in queries.groups_within_reach(signed_in(request))]
        return Response(search_set(self.base, {"self": request.build_absolute_uri()}, groups))


class ExportStatus(_ExportView):
    """Show how far an export is, and its files when it is completed; DELETE cancels it."""

    one_object = True

    def get(self, request: Request, pk: UUID) -> Response | HttpResponse:
        export = self.own(pk)
        if export.can_be_fetched(now()):
            files = export.files.order_by("type")
            shown = HttpResponse(dumps(manifest(export, list(files), self.base)), content_type="application/json")
            shown.headers["Expires"] = f"{export.expires_at:%a, %d %b %Y %H:%M:%S} GMT"
            return shown
        if export.status not in {Export.Status.REQUESTED, Export.Status.RUNNING}:
            raise Http404
        if queries.has_failed(export):
            return Response(outcome("error", "exception", "The export could not be made."), status=500)
        progress = export.progress or english(export.get_status_display())
        return Response(status=202, headers={"X-Progress": progress, "Retry-After": str(ASK_AGAIN)})

    def delete(self, request: Request, pk: UUID) -> Response:
        export = self.own(pk)
        if export.ended_at:
            raise Http404
        services.cancel_export(export=export, at=now())
        return Response(outcome("information", "informational", "The export is cancelled."), status=202)


class _AnyNegotiation(FhirNegotiation):
    """A file has its own media type; errors about it are resources."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> tuple[Any, str]:
        return renderers[0], MEDIA_TYPE


class ExportedFile(_ExportView):
    """Fetch the resources of one type, one in each line."""

    one_object = True
    content_negotiation_class = _AnyNegotiation

    def get(self, request: Request, pk: UUID, kind: str) -> FileResponse:
        export = self.own(pk)
        file = export.files.select_related("stored").filter(type=kind).first()
        if file is None or not export.can_be_fetched(now()):
            raise Http404
        sent = FileResponse(file.stored.content.open("rb"), content_type=NDJSON)
        sent.headers["Cache-Control"] = "private, no-store"
        return sent


def _group_within_reach(request: Request, pk: str) -> ResidentGroup:
    group = ResidentGroup.named(pk)
    if group is None or not queries.is_within_reach(group, signed_in(request)):
        raise Http404
    demand(request.user, EXPORT)
    return group

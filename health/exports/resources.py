"""What is answered about exports: the manifest of the files, and groups as resources."""

from collections.abc import Sequence

from health.exports.groups import ResidentGroup
from health.exports.models import Export, ExportFile
from health.fhir.elements import instant
from health.fhir.wire import Json, Resource

NDJSON = "application/fhir+ndjson"


def group_resource(group: ResidentGroup) -> Resource:
    """Without its members: who they are is for an export, which is recorded."""
    return {"resourceType": "Group", "id": group.pk, "type": "person", "actual": True, "name": group.name}


def manifest(export: Export, files: Sequence[ExportFile], base: str) -> Resource:
    """The files of a completed export, as Bulk Data Access describes them."""
    if export.transaction_time is None:
        raise ValueError("A completed export shows one instant.")
    output: list[Json] = [
        {"type": file.type, "url": f"{base}export-files/{export.pk}/{file.type}.ndjson", "count": file.line_count}
        for file in files
    ]
    return {
        "transactionTime": instant(export.transaction_time, "UTC"),
        "request": export.address,
        "requiresAccessToken": True,
        "output": output,
        "error": [],
    }

"""Handing out files to those who may see what they belong to."""

from pathlib import Path
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from core.access import SIGNED_IN, requires
from core.files.models import StoredFile
from core.files.services import ALONE, may_see

SHOWN = {"image/jpeg", "audio/ogg", "audio/mp4", "audio/webm"}


@require_safe
@requires(SIGNED_IN)
def file(request: HttpRequest, pk: UUID) -> FileResponse:
    """A photo to look at, a recording to hear, a paper to download; 404 for everybody else, as if it did not exist."""
    stored = StoredFile.objects.filter(pk=pk).first()
    if stored is None or not may_see(request.user, stored):
        raise Http404
    response = FileResponse(
        stored.content.open("rb"),
        as_attachment=stored.media_type not in SHOWN,
        filename=Path(str(stored.content.name)).name,
        content_type=stored.media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = ALONE
    return response

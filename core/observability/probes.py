"""Probes: is this process alive, may it get work, and its figures for Prometheus."""

import hmac

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from core.access import PUBLIC, requires
from core.hooks import READINESS_CHECKS
from core.observability import metrics as own_metrics

_migrated: set[str] = set()


@require_safe
@requires(PUBLIC)
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked, so that a sick database does not get healthy processes killed."""
    return JsonResponse({"status": "alive"})


@require_safe
@requires(PUBLIC)
def readyz(request: HttpRequest) -> HttpResponse:
    """The process may get requests; otherwise 503 with the names of what is missing."""
    lacking = missing()
    if lacking:
        return JsonResponse({"status": "not_ready", "missing": lacking}, status=503)
    return JsonResponse({"status": "ready"})


@require_safe
@requires(PUBLIC)
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in Prometheus' format, for the one who knows the token; without a token in the settings, for nobody.

    An address would be no guard: behind a proxy every request comes from nearby.
    """
    token = settings.ECOMNET_METRICS_TOKEN
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(sent.encode(), token.encode()):
        raise Http404
    answer = ExportToDjangoView(request)
    answer.content += own_metrics.page()
    return answer


def missing() -> list[str]:
    """What this process lacks to get requests; nothing when it is ready."""
    try:
        if not _is_migrated():
            return ["migrations"]
        return [name for name, is_well in READINESS_CHECKS.items() if not is_well()]
    except DatabaseError:
        return ["database"]


def _is_migrated() -> bool:
    """Asked of the database until it is so; what has been migrated stays migrated."""
    connection.ensure_connection()
    database = str(connection.settings_dict["NAME"])
    if database not in _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.add(database)
    return True

"""Runs and bags over the API."""

from logistics.routes.api.driving import AdvanceRun, ScanRun, SkipStop
from logistics.routes.api.office import Bags, CancelRun, NameException, ReconcileRun
from logistics.routes.api.reading import RouteRunDetail, RouteRuns

"""The verbs of routes, runs and bags."""

from logistics.routes.services.bagging import NotForThisBag, pack_bag
from logistics.routes.services.driving import (
    NotTheDriver,
    StepNotNext,
    advance_run,
    remind_late,
    skip_stop,
)
from logistics.routes.services.planning import CannotDrive, DayIsOver, ParcelsOnBoard, cancel_run, plan_run, plan_runs
from logistics.routes.services.reconciling import (
    NotMissing,
    RunDoesNotBalance,
    name_exception,
    reconcile_run,
)
from logistics.routes.services.scanning import RunScan, RunScanKind, RunScanned, scan_run

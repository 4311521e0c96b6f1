"""Lists of the state: its divisions, what became of them, and its working days."""

from stations.places.services.calendars import import_business_days
from stations.places.services.importing import (
    BadFile,
    Edition,
    Imported,
    ImportRunning,
    MovesAhead,
    NotInFile,
    correct_romanised,
    import_divisions,
    import_divisions_and_end_missing,
    show_names,
)
from stations.places.services.successions import (
    Applied,
    SuccessionCycle,
    apply_successions,
    import_division_changes,
)

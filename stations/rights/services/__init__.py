"""What a person may ask of us, and how it is done."""

from stations.rights.services.erasing import erase_person
from stations.rights.services.exporting import export_person, forget_exports
from stations.rights.services.requests import (
    REQUEST,
    ExportThisWeek,
    ObligationsOpen,
    RequestStands,
    obligations_of,
    request_erasure,
    request_export,
    withdraw_erasure,
)

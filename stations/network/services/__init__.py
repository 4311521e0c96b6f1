"""The verbs of a station: its life, its hours, its services, and the sign that it is alive."""

from stations.network.services.closing import (
    ClearanceOpen,
    ClosingAsked,
    SuccessorMisplaced,
    ask_closing,
    binding_of,
    close_station,
    withdraw_closing,
)
from stations.network.services.divisions import StationsStranded, follow_divisions
from stations.network.services.heartbeat import HEARTBEAT_EVERY, heartbeat, mark_seen
from stations.network.services.hours import HoursOverlap, set_exception, set_hours
from stations.network.services.life import (
    ACTIVE_SCORE,
    MACHINE,
    OWN_CLOSING_DAYS,
    TRIAL_DAYS,
    TRIAL_SCORE,
    ClosedByCounty,
    ClosingTooLong,
    InspectionMissing,
    ParentMisplaced,
    StationCodeTaken,
    StationNotReady,
    TrialTooShort,
    activate_station,
    begin_fitting_out,
    close_temporarily,
    lift_suspension,
    plan_station,
    reopen_station,
    start_trial,
    suspend_station,
)
from stations.network.services.offering import ServiceNotOpen, refuse_unless_open
from stations.network.services.switches import (
    CertificateMissing,
    NoChange,
    end_pause,
    pause_service,
    switch_service_off,
    switch_service_on,
)

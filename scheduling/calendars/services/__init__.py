"""The verbs of calendars."""

from scheduling.calendars.services.registering import (
    UnknownZone,
    define_offering,
    define_policy,
    offer_series,
    register_resource,
    set_resource_validity,
)
from scheduling.calendars.services.sessions import (
    MadeSessions,
    NotLongEnough,
    ResourceTaken,
    RulesOverlap,
    WeeklyHours,
    horizon,
    make_sessions,
    move_session,
    open_extra_session,
    set_free_places,
    set_weekly_availability,
    shift_session,
    withdraw_sessions,
)

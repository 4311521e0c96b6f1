"""The verbs of calendars."""

from scheduling.calendars.services.periods import (
    PeriodNotPossible,
    check_period,
    end_periods,
    open_period,
    period_of,
    shift_period,
)
from scheduling.calendars.services.registering import (
    Buffers,
    PeriodHours,
    UnknownZone,
    add_to_group,
    define_offering,
    define_policy,
    form_group,
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

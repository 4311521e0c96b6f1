"""The verbs of appointments."""

from health.appointments.services.asking import (
    NotListedThere,
    ask_hospital,
    body_of,
    give_back_to_hospital,
    record_registration,
    record_release,
    release_listed,
)
from health.appointments.services.booking import (
    BookingRestricted,
    HospitalNotServed,
    IdentityNotConfirmed,
    TooManyRegistrations,
    TooYoung,
    book_appointment,
    join_line,
    quote_appointment,
    take_offer,
)
from health.appointments.services.chasing import COUNTY_AFTER, STATION_AFTER, chase_calls, tell_of_licence
from health.appointments.services.comparing import compare_registrations, plan_lists, read_list
from health.appointments.services.desk import (
    DeskReason,
    NotHeldAtDesk,
    SystemKeepsNumbers,
    book_at_desk,
    cancel_at_desk,
    hold_at_desk,
    register_at_desk,
)
from health.appointments.services.ending import (
    MovedMeanwhile,
    NoOffer,
    NothingToCall,
    NotRestricted,
    Reason,
    agree_to_move,
    cancel_all_of,
    cancel_appointment,
    check_in,
    correct_absent,
    decline_offer,
    lift_restriction,
    record_absent,
    record_arrival,
    record_call,
    record_served,
)
from health.appointments.services.moving import MovedInSeries, MoveTooLate, move_appointment
from health.appointments.services.reading import record_reads
from health.appointments.services.rebooking import (
    NotTheSameClinic,
    RebookingOver,
    decline_other_time,
    keep_another_time,
    rebook_appointment,
    rebook_by_link,
)
from health.appointments.services.series import (
    MOST_DATES,
    NotInSeries,
    Proposal,
    Rhythm,
    book_series,
    cancel_series,
    move_series,
    preview_move,
    preview_series,
)
from health.appointments.services.settling import pay_station, settle_fee

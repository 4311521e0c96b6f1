"""The verbs of bookings."""

from scheduling.bookings.services.attending import (
    TooEarly,
    TooLateToCorrect,
    WrongDay,
    check_in,
    correct_noshow,
    correctable_until,
    end_attendance,
    fulfil_booking,
    mark_entered_in_error,
    record_arrival,
    record_noshow,
)
from scheduling.bookings.services.cancelling import SessionStarted, cancel_booking, reschedule_booking
from scheduling.bookings.services.capacity import CapacityReport, change_capacity
from scheduling.bookings.services.holding import (
    HoldExpired,
    HoldTooLong,
    confirm_booking,
    expire_holds,
    extend_hold,
    hold_place,
)
from scheduling.bookings.services.intervals import change_interval, hold_interval
from scheduling.bookings.services.keeping import hold_instead, keep_instead
from scheduling.bookings.services.leave import (
    AlreadyAway,
    LeaveReport,
    PeriodOver,
    record_leave,
    take_from_sale,
    withdraw_leave,
)
from scheduling.bookings.services.merging import BOOKED_TWICE, follow_record
from scheduling.bookings.services.places import (
    AlreadyBooked,
    BookingClosed,
    BookingNotOpenYet,
    PersonBusy,
    ResourceNotValidThen,
    SlotFull,
    SlotUnavailable,
)
from scheduling.bookings.services.reminding import send_reminders
from scheduling.bookings.services.reporting import (
    Occurrence,
    SeriesNotAllowed,
    SeriesOwner,
    SeriesReport,
    preview_series,
)
from scheduling.bookings.services.requests import accept_request, reject_request, request_interval, request_place
from scheduling.bookings.services.series import (
    NothingChosen,
    PreviewStale,
    ahead_of,
    book_series,
    cancel_series,
    end_finished_series,
)
from scheduling.bookings.services.series_moving import (
    Change,
    Moved,
    NothingToMove,
    Scope,
    SeriesHasConflicts,
    move_series,
    preview_move,
)
from scheduling.bookings.services.session_moving import (
    MoveReport,
    NothingToAnswer,
    SomebodyCame,
    agree_to_move,
    expire_answers,
    move_booked_session,
)
from scheduling.bookings.services.telling import tell_of_cancellation
from scheduling.bookings.services.validity import announce_ending_validity
from scheduling.bookings.services.waiting import (
    NoWaitlist,
    OfferExpired,
    PlacesLeft,
    accept_offer,
    decline_offer,
    expire_offers,
    join_waitlist,
    leave_waitlist,
)
from scheduling.bookings.services.wanted import RequestTooLate, Wanted

"""Appointments over the API: one at a time, and in series."""

from health.appointments.api.appointments import (
    Absent,
    Agree,
    Appointments,
    Arrive,
    BookAppointment,
    Called,
    Came,
    CancelAppointment,
    CheckIn,
    DeclineOffer,
    JoinLine,
    LiftRestriction,
    ReleaseNumber,
    Serve,
    TakeOffer,
)
from health.appointments.api.rebooking import DeclineOtherTime, MoveAppointment, OtherTimes, RebookAppointment
from health.appointments.api.series import BookSeries, CancelSeries, MoveSeries, PreviewMove, PreviewSeries

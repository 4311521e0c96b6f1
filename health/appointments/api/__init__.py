"""Appointments over the API: one at a time, and in series."""

from health.appointments.api.appointments import (
    Absent,
    Appointments,
    Arrive,
    BookAppointment,
    Called,
    Came,
    CancelAppointment,
    CheckIn,
    DeclineOffer,
    JoinLine,
    Serve,
    TakeOffer,
)
from health.appointments.api.rebooking import DeclineOtherTime, OtherTimes, RebookAppointment
from health.appointments.api.series import BookSeries, CancelSeries, MoveSeries, PreviewMove, PreviewSeries

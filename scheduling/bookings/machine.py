"""The states of a booking and of an offered place, and the verbs that move them."""

from core.state_machines import Machine
from scheduling.bookings.models import Booking, Offer

_S = Booking.Status

BOOKING = Machine(
    name="booking",
    states=_S,
    arrows={
        "extend_hold": frozenset({_S.PENDING}),
        "confirm_booking": frozenset({_S.PENDING}),
        "accept_request": frozenset({_S.PROPOSED}),
        "reject_request": frozenset({_S.PROPOSED}),
        "change_interval": frozenset({_S.BOOKED, _S.ARRIVED, _S.CHECKED_IN}),
        "agree_to_move": frozenset({_S.BOOKED}),
        "record_arrival": frozenset({_S.BOOKED}),
        "check_in": frozenset({_S.BOOKED, _S.ARRIVED}),
        "fulfil_booking": frozenset({_S.BOOKED, _S.ARRIVED, _S.CHECKED_IN}),
        "record_noshow": frozenset({_S.BOOKED}),
        "correct_noshow": frozenset({_S.NOSHOW}),
        "cancel_booking": frozenset({_S.PROPOSED, _S.PENDING, _S.WAITLIST, _S.BOOKED, _S.ARRIVED}),
        "reschedule_booking": frozenset({_S.BOOKED}),
        "mark_entered_in_error": frozenset(set(_S) - {_S.ENTERED_IN_ERROR}),
        "make_offer": frozenset({_S.WAITLIST}),
    },
)

OFFER = Machine(
    name="offer",
    states=Offer.Status,
    arrows={
        "accept_offer": frozenset({Offer.Status.OPEN}),
        "decline_offer": frozenset({Offer.Status.OPEN}),
    },
)

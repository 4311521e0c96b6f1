"""Table of contents: every noun this app stores."""

from scheduling.bookings.models import Booking, Offer, Participant, Series
from scheduling.calendars.models import (
    AvailabilityException,
    AvailabilityRule,
    BookingPolicy,
    Claim,
    GroupMember,
    Holiday,
    HolidayCalendar,
    Offering,
    Resource,
    ResourceGroup,
    Session,
    Slot,
)
from scheduling.feeds.models import CalendarFeed
from scheduling.rooms.models import RoomUse, StationRooms

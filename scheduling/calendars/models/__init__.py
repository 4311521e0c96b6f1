"""Resources, their availability, what they offer, and the sessions and slots made of it."""

from scheduling.calendars.models.availability import AvailabilityException, AvailabilityRule, Holiday, HolidayCalendar
from scheduling.calendars.models.offerings import BookingPolicy, Offering
from scheduling.calendars.models.resources import GroupMember, Resource, ResourceGroup
from scheduling.calendars.models.sessions import Claim, PartOfDay, Session, Slot

"""Table of contents: every noun this app stores."""

from health.appointments.models import Appointment
from health.hospitals.models import Department, Doctor, Fee, Hospital, HospitalStaff, RegistrationPolicy

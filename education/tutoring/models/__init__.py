"""Tutors, and the lessons that learners book with them."""

from education.tutoring.models.lessons import SessionLearner, TutoringSession
from education.tutoring.models.tutors import Tutor

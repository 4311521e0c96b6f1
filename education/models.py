"""Table of contents: every noun this app stores."""

from education.safeguarding.models import ChildFile, Concern, ConcernNote, Vetting

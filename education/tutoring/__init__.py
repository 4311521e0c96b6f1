"""Tutors teach one to five learners: booked, one lesson or every week, begun with an adult present, paid by the county."""

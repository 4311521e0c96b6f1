"""Tutors teach one to five learners: a lesson or one every week, with an adult present, paid by the county."""

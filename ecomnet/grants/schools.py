"""What teachers may do: put courses together, and tutor. Of learners they read those of own tutoring lessons alone."""

TEACHER: set[str] = {
    "education.read_course",
    "education.edit_course",
    "education.submit_course",
    "education.revise_course",
    "education.read_tutoring",
    "education.start_tutoring",
    "education.finish_tutoring",
    "education.cancel_tutoring",
    "stations.read_station",
}

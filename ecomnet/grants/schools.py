"""What teachers may do: put courses together. Who learns in their classes they do not read."""

TEACHER: set[str] = {
    "education.read_course",
    "education.edit_course",
    "education.submit_course",
    "education.revise_course",
    "stations.read_station",
}

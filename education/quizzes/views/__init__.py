"""Pages of quizzes: written by teachers, taken at the station."""

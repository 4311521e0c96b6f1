"""Homework of classes and tutoring lessons: set by teachers, photographed at the station, returned or graded."""

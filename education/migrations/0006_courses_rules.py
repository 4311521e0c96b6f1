"""What courses, lessons and roll calls must never say."""

from django.db import migrations

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("education", "0005_courses"),
    ]

    operations = [
        function("education", "education_keep_lessons"),
        function("education", "education_keep_attendance"),
        statements("education", "courses"),
    ]

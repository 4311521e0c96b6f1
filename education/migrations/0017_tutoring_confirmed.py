"""A lesson that its tutor has ended is confirmed by the station before anything is owed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("education", "0016_homework"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="tutoringsession",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="confirmed at"),
        ),
        migrations.AddField(
            model_name="tutoringsession",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="confirmed by",
            ),
        ),
        migrations.AddConstraint(
            model_name="tutoringsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at", None), ("confirmed_by", None)),
                    models.Q(
                        ("confirmed_at__isnull", False), ("confirmed_by__isnull", False), ("ended_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="tutoring_that_was_held_is_confirmed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="tutoringsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at", None),
                    ("stipend_minor", None),
                    ("stipend_minor", 0),
                    ("confirmed_at__isnull", False),
                    _connector="OR",
                ),
                name="stipend_of_a_held_lesson_is_confirmed",
            ),
        ),
    ]

"""What waits for a teacher or the county costs no learner and no tutor; words go with a learner who is erased."""

import django.db.models.deletion
import stations.two_persons
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


#: What was handed in before was handed in first when it was handed in last.
FIRST = "UPDATE education_homeworksubmission SET first_submitted_at = submitted_at"


class Migration(migrations.Migration):
    dependencies = [
        ("education", "0017_tutoring_confirmed"),
        ("finance", "0033_recommendation_fees"),
        ("scheduling", "0005_calendar_feeds"),
        ("stations", "0017_coupon_codes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="homeworksubmission",
            name="first_submitted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="first handed in at"),
        ),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="tutoringsession",
            name="contested_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="contested by",
            ),
        ),
        migrations.AddField(
            model_name="tutoringsession",
            name="decided_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="decided at"),
        ),
        migrations.AddField(
            model_name="tutoringsession",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="tutoringsession",
            name="decision",
            field=models.CharField(
                blank=True,
                choices=[("held", "took place"), ("not_held", "did not take place")],
                max_length=8,
                verbose_name="decision of the county",
            ),
        ),
        migrations.AddConstraint(
            model_name="homeworksubmission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("first_submitted_at", None), ("submitted_at", None)),
                    models.Q(
                        ("first_submitted_at__isnull", False), ("submitted_at__gte", models.F("first_submitted_at"))
                    ),
                    _connector="OR",
                ),
                name="homework_is_handed_in_again_after_the_first_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="tutoringsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("decision", "")),
                    models.Q(
                        ("confirmed_at__isnull", False),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("decision", "held"),
                    ),
                    models.Q(
                        ("confirmed_at", None),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("decision", "not_held"),
                    ),
                    _connector="OR",
                ),
                name="decided_tutoring_says_by_whom_and_is_paid_accordingly",
            ),
        ),
        migrations.AddConstraint(
            model_name="tutoringsession",
            constraint=stations.two_persons.TwoPersons(
                checker="decided_by", makers=("contested_by",), name="contested_tutoring_is_decided_by_another_person"
            ),
        ),
        function("education", "education_keep_attendance"),
        function("education", "education_keep_answers"),
        function("education", "education_keep_waivers"),
        statements("education", "forgetting"),
    ]

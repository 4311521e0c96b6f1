"""Packages of H5P; what learners play is approved by two people, and what does harm is blocked; outcomes are kept."""

import core.fields
import django.db.models.deletion
import stations.two_persons
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import statements


#: What a teacher alone had offered waits for the county.
TO_REVIEW = "UPDATE education_contentpackage SET status = 'in_review', offered_at = added_at WHERE status = 'offered'"
#: As it stood before licence and creators were among what is kept.
KEPT_BEFORE = """
    DROP TRIGGER columns_stay ON education_contentpackage;
    CALL keep_columns('education_contentpackage', 'lesson_id', 'title', 'standard', 'launch', 'size', 'sha256',
        'author_id', 'added_at');
"""
#: What learners had reached before outcomes were kept.
REACHED = """
    INSERT INTO education_packageoutcome
        (created_at, updated_at, id, state_id, status, score_bp, seconds_spent, reached_at)
    SELECT now(), now(), gen_random_uuid(), id, status, score_bp, 0, saved_at
    FROM education_scormstate WHERE status <> 'initialized'
"""


class Migration(migrations.Migration):
    dependencies = [("education", "0025_untold_facts")]

    operations = [
        migrations.CreateModel(
            name="PackageOutcome",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("initialized", "goes on"),
                            ("completed", "completed"),
                            ("failed", "not passed"),
                            ("passed", "passed"),
                        ],
                        max_length=11,
                        verbose_name="status",
                    ),
                ),
                ("score_bp", models.PositiveIntegerField(blank=True, null=True, verbose_name="score in basis points")),
                ("seconds_spent", models.PositiveIntegerField(verbose_name="seconds spent")),
                ("reached_at", models.DateTimeField(verbose_name="reached at")),
            ],
            options={
                "verbose_name": "outcome of a content package",
                "verbose_name_plural": "outcomes of content packages",
            },
        ),
        migrations.AddField(
            model_name="contentpackage",
            name="approved_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="approved at"),
        ),
        migrations.AddField(
            model_name="contentpackage",
            name="approved_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="approved by",
            ),
        ),
        migrations.AddField(
            model_name="contentpackage",
            name="block_reason",
            field=core.fields.LineField(blank=True, max_length=120, verbose_name="why it is blocked"),
        ),
        migrations.AddField(
            model_name="contentpackage",
            name="blocked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="blocked at"),
        ),
        migrations.AddField(
            model_name="contentpackage",
            name="blocked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="blocked by",
            ),
        ),
        migrations.AddField(
            model_name="contentpackage",
            name="creators",
            field=core.fields.LineField(blank=True, max_length=200, verbose_name="made by"),
        ),
        migrations.AddField(
            model_name="contentpackage",
            name="licence",
            field=core.fields.LineField(blank=True, max_length=60, verbose_name="licence"),
        ),
        migrations.AddField(
            model_name="contentpackage",
            name="offered_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="offered at"),
        ),
        migrations.AddField(
            model_name="scormstate",
            name="opened_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="opened last at"),
        ),
        migrations.AddField(
            model_name="scormstate",
            name="seconds_spent",
            field=models.PositiveIntegerField(default=0, verbose_name="seconds spent"),
        ),
        migrations.AlterField(
            model_name="contentpackage",
            name="standard",
            field=models.CharField(
                choices=[("scorm_1_2", "SCORM 1.2"), ("scorm_2004", "SCORM 2004"), ("h5p", "H5P")],
                max_length=10,
                verbose_name="standard",
            ),
        ),
        migrations.AlterField(
            model_name="contentpackage",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("in_review", "to be approved"),
                    ("offered", "can be played"),
                    ("closed", "closed"),
                    ("blocked", "blocked as harmful"),
                ],
                default="draft",
                max_length=9,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="statement",
            name="kind",
            field=models.CharField(
                choices=[
                    ("attended", "attended"),
                    ("experienced", "watched"),
                    ("completed", "completed"),
                    ("passed", "passed"),
                    ("failed", "not passed"),
                    ("earned", "earned a certificate"),
                    ("voided", "revoked"),
                ],
                max_length=11,
                verbose_name="kind",
            ),
        ),
        migrations.RunSQL(TO_REVIEW, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="contentpackage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "offered"), _negated=True),
                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                    _connector="OR",
                ),
                name="offered_package_names_who_approved_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="contentpackage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "blocked"), _negated=True),
                    models.Q(
                        ("blocked_at__isnull", False),
                        ("blocked_by__isnull", False),
                        models.Q(("block_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="blocked_package_says_by_whom_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="contentpackage",
            constraint=stations.two_persons.TwoPersons(
                checker="approved_by", makers=("author", "blocked_by"), name="package_is_approved_by_another_person"
            ),
        ),
        migrations.AddField(
            model_name="packageoutcome",
            name="state",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="outcomes",
                to="education.scormstate",
                verbose_name="state of a content package",
            ),
        ),
        migrations.AddIndex(
            model_name="packageoutcome",
            index=models.Index(fields=["reached_at"], name="package_outcome_by_time"),
        ),
        migrations.AddConstraint(
            model_name="packageoutcome",
            constraint=models.UniqueConstraint(fields=("state", "status"), name="learner_reaches_an_outcome_once"),
        ),
        migrations.AddConstraint(
            model_name="packageoutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "initialized"), _negated=True), name="outcome_of_a_package_ends_something"
            ),
        ),
        migrations.RunSQL(REACHED, migrations.RunSQL.noop),
        statements("education", "packages_reviewed", backwards=KEPT_BEFORE),
    ]

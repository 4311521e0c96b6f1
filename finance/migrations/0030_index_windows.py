"""Windows of an index are agreed by two people, pay a policy once for a day, and estates are settled by two."""

import core.fields
import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import stations.two_persons
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0029_vintages"),
        ("stations", "0015_loan_restructures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("DROP TRIGGER window_is_measured_as_agreed ON finance_indexwindow;", migrations.RunSQL.noop),
        migrations.RunSQL("DROP TRIGGER columns_stay ON finance_indexwindow;", migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="counterentry",
            name="ceiling_changes_once_a_payout",
        ),
        migrations.RemoveConstraint(
            model_name="counterentry",
            name="ceiling_changes_by_a_claim_or_a_payout",
        ),
        migrations.RemoveConstraint(
            model_name="indexreading",
            name="reading_is_not_negative",
        ),
        migrations.RemoveConstraint(
            model_name="indexwindow",
            name="windows_of_a_benefit_do_not_overlap",
        ),
        migrations.RemoveConstraint(
            model_name="indexwindow",
            name="window_without_a_reading_is_closed_by_somebody",
        ),
        migrations.AddField(
            model_name="benefit",
            name="index_kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("rainfall", "rain of the window (mm)"),
                    ("water_level", "highest water of the window (m)"),
                    ("lowest_temperature", "lowest temperature of the window (°C)"),
                    ("highest_temperature", "highest temperature of the window (°C)"),
                ],
                max_length=20,
                verbose_name="index",
            ),
        ),
        migrations.AddField(
            model_name="indexpayout",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="answered by",
            ),
        ),
        migrations.AddField(
            model_name="indexpayout",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="asked by",
            ),
        ),
        migrations.AddField(
            model_name="indexpayout",
            name="heir",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.person",
                verbose_name="heir",
            ),
        ),
        migrations.AddField(
            model_name="indexpayout",
            name="paper",
            field=core.fields.LineField(blank=True, max_length=200, verbose_name="paper about the estate"),
        ),
        migrations.AddField(
            model_name="indexsource",
            name="grace_days",
            field=models.PositiveSmallIntegerField(default=5, verbose_name="days before the stand-in counts"),
        ),
        migrations.AddField(
            model_name="indexwindow",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="cancelling asked for by",
            ),
        ),
        migrations.AddField(
            model_name="indexwindow",
            name="checked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="approved at"),
        ),
        migrations.AddField(
            model_name="indexwindow",
            name="checker",
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
            model_name="indexwindow",
            name="stand_in_date",
            field=models.DateField(default=datetime.date(2026, 1, 1), verbose_name="the stand-in counts from"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="indexpayout",
            name="status",
            field=models.CharField(
                choices=[
                    ("due", "to be paid"),
                    ("account_missing", "no bank account yet"),
                    ("heir_named", "heir to be confirmed"),
                    ("no_heir", "to be returned"),
                    ("sent", "with the bank"),
                    ("paid", "paid"),
                    ("returned", "returned to the payer"),
                    ("exhausted", "ceiling used up"),
                ],
                default="due",
                max_length=16,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="indexsource",
            name="kind",
            field=models.CharField(
                choices=[
                    ("rainfall", "rain of the window (mm)"),
                    ("water_level", "highest water of the window (m)"),
                    ("lowest_temperature", "lowest temperature of the window (°C)"),
                    ("highest_temperature", "highest temperature of the window (°C)"),
                ],
                max_length=20,
                verbose_name="measures",
            ),
        ),
        migrations.AlterField(
            model_name="indexwindow",
            name="status",
            field=models.CharField(
                choices=[
                    ("proposed", "to be approved"),
                    ("open", "open"),
                    ("cancelling", "to be cancelled"),
                    ("paying", "being paid"),
                    ("settled", "settled"),
                    ("missing", "no reading"),
                    ("closed", "closed without a reading"),
                    ("withdrawn", "withdrawn"),
                    ("cancelled", "cancelled"),
                ],
                default="proposed",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddConstraint(
            model_name="benefit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("formula", "parametric"),
                        ("index_kind__in", ["rainfall", "water_level", "lowest_temperature", "highest_temperature"]),
                    ),
                    models.Q(models.Q(("formula", "parametric"), _negated=True), ("index_kind", "")),
                    _connector="OR",
                ),
                name="parametric_benefit_names_its_index",
            ),
        ),
        migrations.AddConstraint(
            model_name="counterentry",
            constraint=models.UniqueConstraint(
                fields=("payout", "counter", "kind"), name="ceiling_changes_once_a_payout"
            ),
        ),
        migrations.AddConstraint(
            model_name="counterentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claim__isnull", False), ("payout", None)),
                    models.Q(("claim", None), ("payout__isnull", False)),
                    _connector="OR",
                ),
                name="ceiling_changes_by_a_claim_or_a_payout",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexpayout",
            constraint=stations.two_persons.TwoPersons(
                checker="answered_by", makers=("asked_by",), name="estate_is_confirmed_by_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="indexpayout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_by", None),
                        ("asked_by__isnull", False),
                        ("heir__isnull", False),
                        ("status", "heir_named"),
                        models.Q(("paper", ""), _negated=True),
                    ),
                    models.Q(
                        ("answered_by", None),
                        ("asked_by__isnull", False),
                        ("heir", None),
                        ("status", "no_heir"),
                        models.Q(("paper", ""), _negated=True),
                    ),
                    models.Q(
                        ("answered_by__isnull", False),
                        ("asked_by__isnull", False),
                        ("heir", None),
                        ("status", "returned"),
                        models.Q(("paper", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status__in", ["heir_named", "no_heir", "returned"]), _negated=True),
                        models.Q(
                            models.Q(("answered_by", None), ("asked_by", None), ("heir", None), ("paper", "")),
                            models.Q(
                                ("answered_by__isnull", False),
                                ("asked_by__isnull", False),
                                ("heir__isnull", False),
                                models.Q(("paper", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="estate_has_its_paper_and_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexsource",
            constraint=models.CheckConstraint(
                condition=models.Q(("grace_days__lt", 10)), name="stand_in_counts_before_people_decide"
            ),
        ),
        migrations.AddConstraint(
            model_name="indexwindow",
            constraint=models.CheckConstraint(
                condition=models.Q(("stand_in_date__gt", models.F("end_date"))), name="stand_in_counts_after_the_end"
            ),
        ),
        migrations.AddConstraint(
            model_name="indexwindow",
            constraint=stations.two_persons.TwoPersons(
                checker="checker", makers=("maker",), name="window_is_approved_by_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="indexwindow",
            constraint=stations.two_persons.TwoPersons(
                checker="closed_by", makers=("asked_by",), name="window_is_cancelled_by_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="indexwindow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checked_at", None), ("checker", None), ("status__in", ["proposed", "withdrawn"])),
                    models.Q(
                        models.Q(("status__in", ["proposed", "withdrawn"]), _negated=True),
                        ("checked_at__isnull", False),
                        ("checker__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="window_is_approved_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexwindow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked_by__isnull", False), ("status__in", ["cancelling", "cancelled"])),
                    models.Q(models.Q(("status__in", ["cancelling", "cancelled"]), _negated=True), ("asked_by", None)),
                    _connector="OR",
                ),
                name="window_is_cancelled_where_somebody_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexwindow",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("status__in", ["withdrawn", "cancelled"]), _negated=True),
                expressions=[
                    (models.F("benefit"), "="),
                    (models.F("source"), "="),
                    (
                        models.Func(
                            models.F("start_date"),
                            models.F("end_date"),
                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                inclusive_lower=True, inclusive_upper=True
                            ),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="windows_of_a_benefit_do_not_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="indexwindow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_by__isnull", False),
                        ("status__in", ["closed", "withdrawn", "cancelled"]),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    models.Q(("closed_by", None), ("status", "cancelling"), models.Q(("reason", ""), _negated=True)),
                    models.Q(
                        models.Q(("status__in", ["closed", "withdrawn", "cancelling", "cancelled"]), _negated=True),
                        ("closed_by", None),
                        ("reason", ""),
                    ),
                    _connector="OR",
                ),
                name="window_that_pays_nothing_is_closed_by_somebody",
            ),
        ),
        function("finance", "finance_check_index_window"),
        function("finance", "finance_refuse_window_overlap"),
        function("finance", "finance_refuse_second_payout"),
        function("finance", "finance_check_index_reading"),
        statements("finance", "insurance_windows"),
    ]

"""No officer decides about a loan of somebody close to them; who stands up for a member's loan stays in the group."""

from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [("finance", "0036_loan_storage"), ("stations", "0017_coupon_codes")]

    operations = [
        function("finance", "finance_is_tied"),
        function("finance", "finance_refuse_tied_officer"),
        statements("finance", "tied_officers"),
        function("finance", "finance_written_off_left"),
        function("finance", "finance_keep_liable_members"),
        statements("finance", "liable_members"),
        migrations.RemoveConstraint(model_name="collectionsheet", name="collection_sheet_collects_something"),
        migrations.AddConstraint(
            model_name="collectionsheet",
            constraint=models.CheckConstraint(
                condition=models.Q(("collected_minor__gte", 0), ("expected_minor__gte", 0)),
                name="collection_sheet_takes_nothing_back",
            ),
        ),
        function("finance", "finance_check_collection_sheet"),
        statements("finance", "collection_lines"),
        migrations.RemoveConstraint(
            model_name="loanadjustment",
            name="loan_adjustment_waives_what_was_asked_for",
        ),
        migrations.RemoveConstraint(
            model_name="loanadjustment",
            name="loan_has_a_new_plan_exactly_when_restructured",
        ),
        migrations.AlterField(
            model_name="loanadjustment",
            name="kind",
            field=models.CharField(
                choices=[
                    ("write_off", "write-off"),
                    ("restructure", "new plan"),
                    ("waive_penalty", "waiver of penalties"),
                    ("waive_interest", "waiver of interest"),
                    ("rate_change", "new rate"),
                    ("release_group", "release of the group"),
                ],
                max_length=14,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanadjustment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "release_group"), ("status", "done")),
                fields=("loan",),
                name="group_is_released_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanadjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "release_group"), _negated=True),
                    models.Q(("interest_minor", 0), ("penalty_minor", 0), ("principal_minor", 0)),
                    _connector="OR",
                ),
                name="release_of_a_group_gives_up_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanadjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("asked_minor__gt", 0),
                        ("asked_minor__isnull", False),
                        ("kind", "waive_penalty"),
                        ("interest_minor", 0),
                        ("principal_minor", 0),
                        models.Q(("penalty_minor__lt", models.F("asked_minor")), ("status", "done"), _negated=True),
                    ),
                    models.Q(
                        ("asked_minor__gt", 0),
                        ("asked_minor__isnull", False),
                        ("kind", "waive_interest"),
                        ("penalty_minor", 0),
                        ("principal_minor", 0),
                        models.Q(("interest_minor__lt", models.F("asked_minor")), ("status", "done"), _negated=True),
                    ),
                    models.Q(
                        ("asked_minor", None),
                        ("kind__in", ["write_off", "restructure", "rate_change", "release_group"]),
                    ),
                    _connector="OR",
                ),
                name="loan_adjustment_waives_what_was_asked_for",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanadjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind__in", ["write_off", "waive_penalty", "waive_interest", "release_group"]),
                        ("grace_principal", None),
                        ("installments", None),
                        ("new_contract", None),
                        ("sign_by_date", None),
                        models.Q(("status__in", ["agreed", "expired"]), _negated=True),
                    ),
                    models.Q(
                        ("grace_principal", None),
                        ("installments", None),
                        ("kind", "rate_change"),
                        ("sign_by_date", None),
                        models.Q(
                            models.Q(("new_contract__isnull", False), ("status", "done")),
                            models.Q(models.Q(("status", "done"), _negated=True), ("new_contract", None)),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        ("installments__gt", models.F("grace_principal")),
                        ("kind", "restructure"),
                        ("new_contract__isnull", False),
                        ("status", "done"),
                    ),
                    models.Q(
                        ("installments__gt", models.F("grace_principal")),
                        ("kind", "restructure"),
                        ("new_contract", None),
                        models.Q(("status", "done"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="loan_has_a_new_plan_exactly_when_restructured",
            ),
        ),
    ]

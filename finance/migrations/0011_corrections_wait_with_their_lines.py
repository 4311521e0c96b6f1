"""A correction of two people counts no earlier than what it corrects."""

from django.db import migrations, models

_APPROVED_COUNT = "UPDATE finance_adjustment SET eligible_at = checked_at WHERE status = 'approved'"


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0010_payers_follow_merges"),
    ]

    operations = [
        migrations.AddField(
            model_name="adjustment",
            name="eligible_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Never before what it corrects; later while that waits.",
                null=True,
                verbose_name="counts from",
            ),
        ),
        migrations.RunSQL(_APPROVED_COUNT, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("eligible_at__gte", models.F("checked_at")),
                        ("eligible_at__isnull", False),
                        ("status", "approved"),
                    ),
                    models.Q(models.Q(("status", "approved"), _negated=True), ("eligible_at", None)),
                    _connector="OR",
                ),
                name="adjustment_counts_from_its_approval_or_later",
            ),
        ),
    ]

import core.spans
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0006_unmatched_in_words"),
        ("stations", "0007_rules_of_facts_and_merges"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="tariff",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (models.F("service"), "="),
                    (models.F("currency"), "="),
                    (django.db.models.functions.comparison.Coalesce(models.F("division"), 0), "="),
                    (
                        core.spans.DateSpan(
                            "from_date", "to_date", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="service_has_one_tariff_at_a_place_and_date",
            ),
        ),
    ]

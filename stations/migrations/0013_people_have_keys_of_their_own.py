"""Each person's number stands under a key of their own, which is destroyed when they are forgotten."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

FORGOTTEN = (Path(__file__).parents[1] / "sql/forgotten_person_has_no_key.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0012_names_of_people_are_no_numbers"),
    ]

    operations = [
        migrations.CreateModel(
            name="PersonKey",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="data_key",
                        serialize=False,
                        to="stations.person",
                    ),
                ),
                ("key", models.BinaryField(max_length=32)),
            ],
            options={
                "verbose_name": "key of a person",
                "verbose_name_plural": "keys of people",
            },
        ),
        migrations.RunSQL(
            FORGOTTEN,
            "DROP FUNCTION forgotten_person_has_no_key() CASCADE;"
            " DROP FUNCTION key_is_of_a_person_who_is_known() CASCADE;",
        ),
    ]

"""Name keys follow their station into another county."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("stations", "0008_archive_deaths_and_contracts")]

    operations = [
        migrations.AlterField(
            model_name="namekey",
            name="county",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="stations.division",
            ),
        ),
        migrations.AlterField(
            model_name="namekey",
            name="station",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="stations.station",
            ),
        ),
        migrations.AddConstraint(
            model_name="station",
            constraint=models.UniqueConstraint(fields=("id", "county"), name="station_stands_in_one_county"),
        ),
        migrations.RunSQL(
            (SQL / "name_keys_follow_stations.sql").read_text(encoding="utf-8"),
            "ALTER TABLE stations_namekey DROP CONSTRAINT name_key_is_in_the_county_of_its_station;",
        ),
    ]

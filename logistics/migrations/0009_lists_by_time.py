"""The lists of a station find its parcels of a month, however many it had before."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("logistics", "0008_parcels_back"),
    ]

    operations = [
        migrations.AlterField(
            model_name="parcel",
            name="from_station",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parcels_sent",
                to="stations.station",
                verbose_name="from",
            ),
        ),
        migrations.AddIndex(
            model_name="parcel",
            index=models.Index(fields=["to_station", "registered_at"], name="parcel_of_station_by_time"),
        ),
        migrations.AddIndex(
            model_name="parcel",
            index=models.Index(fields=["from_station", "registered_at"], name="parcel_sent_by_time"),
        ),
    ]

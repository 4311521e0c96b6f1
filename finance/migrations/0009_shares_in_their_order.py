"""The shares of a rule are taken in their order, from wherever they are read."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("finance", "0008_desk_is_whole")]

    operations = [
        migrations.AlterModelOptions(
            name="commissionshare",
            options={
                "ordering": ("position",),
                "verbose_name": "commission share",
                "verbose_name_plural": "commission shares",
            },
        ),
    ]

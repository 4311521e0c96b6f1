"""A table with a key to one that people use."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("impact", "thing"), ("ledger", "0001_initial")]

    operations = [
        migrations.CreateModel(
            "Paper",
            [("id", models.BigAutoField(primary_key=True)), ("book", models.ForeignKey("ledger.Book", models.PROTECT))],
        )
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0008_columns_stay")]

    operations = [
        migrations.AddField(
            model_name="provider",
            name="country",
            field=models.CharField(
                default="CN", help_text="In whose book its money stands.", max_length=2, verbose_name="country"
            ),
        ),
        migrations.AddConstraint(
            model_name="provider",
            constraint=models.UniqueConstraint(
                fields=("id", "country", "currency"), name="provider_country_and_currency_are_one"
            ),
        ),
    ]

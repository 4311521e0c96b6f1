from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("health", "0024_absences_restrict")]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="excused_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="absence excused at"),
        ),
    ]

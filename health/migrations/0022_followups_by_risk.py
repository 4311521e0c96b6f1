"""Who is at risk and overdue, and which diagnoses are to be confirmed, is found without reading all who are cared for."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("health", "0021_drafts_withdrawn")]

    operations = [
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                fields=["clinic", "next_due_date"],
                condition=Q(status="active", is_at_risk=True),
                name="followup_due_at_risk",
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["next_due_date", "id"], condition=Q(status="active"), name="followup_in_order"),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                fields=["clinic", "created_at"], condition=Q(status="planned"), name="diagnosis_to_confirm"
            ),
        ),
    ]

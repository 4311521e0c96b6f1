"""Prescriptions end, or are stopped; cases go with their resident to the record that stands."""

import core.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements

FILL = """
UPDATE health_prescription AS prescription
   SET last_date = (coalesce(prescription.dispensed_at, prescription.reviewed_at) AT TIME ZONE clinic.zone)::date
                   + prescription.days - 1
  FROM health_consultation AS consultation
  JOIN health_hospital AS clinic ON clinic.id = consultation.clinic_id
 WHERE consultation.id = prescription.consultation_id AND prescription.status IN ('active', 'dispensed')
"""
KEEP = """
DROP TRIGGER IF EXISTS refuse_other_resident ON health_consultation;
DROP TRIGGER columns_stay ON health_consultation;
CALL keep_columns('health_consultation', 'number', 'resident_id', 'station_id', 'clinic_id', 'requested_by_id',
                  'requested_at', 'signs', 'fee_minor', 'currency', 'payment_id');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("health", "0010_appointments_move"),
        ("stations", "0013_pharmacists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="prescription",
            name="prescription_that_was_handed_out_names_who_did",
        ),
        migrations.AddField(
            model_name="consultation",
            name="asked_for",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.person",
                verbose_name="asked for under the record",
            ),
        ),
        migrations.AddField(
            model_name="prescription",
            name="last_date",
            field=models.DateField(blank=True, null=True, verbose_name="last day"),
        ),
        migrations.AddField(
            model_name="prescription",
            name="stopped_because",
            field=core.fields.LineField(blank=True, max_length=200, verbose_name="why it was stopped"),
        ),
        migrations.AlterField(
            model_name="prescription",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "to be released"),
                    ("active", "to be handed out"),
                    ("dispensed", "handed out"),
                    ("returned", "returned to the doctor"),
                    ("stopped", "stopped by the doctor"),
                    ("completed", "its days are over"),
                ],
                default="draft",
                max_length=9,
                verbose_name="state",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="prescription",
            index=models.Index(
                condition=models.Q(("status__in", ["active", "dispensed"])),
                fields=["last_date"],
                name="prescription_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("dispensed_at__isnull", False),
                        ("dispensed_by__isnull", False),
                        ("status__in", ["dispensed", "stopped", "completed"]),
                    ),
                    models.Q(
                        models.Q(("status", "dispensed"), _negated=True), ("dispensed_at", None), ("dispensed_by", None)
                    ),
                    _connector="OR",
                ),
                name="prescription_that_was_handed_out_names_who_did",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("last_date", None), ("status__in", ["draft", "returned"])),
                    models.Q(
                        ("last_date__isnull", False), ("status__in", ["active", "dispensed", "stopped", "completed"])
                    ),
                    _connector="OR",
                ),
                name="prescription_that_was_released_has_a_last_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "stopped"), models.Q(("stopped_because", ""), _negated=True)),
                    models.Q(models.Q(("status", "stopped"), _negated=True), ("stopped_because", "")),
                    _connector="OR",
                ),
                name="prescription_that_was_stopped_says_why",
            ),
        ),
        function("health", "health_refuse_other_resident"),
        statements("health", "consultations_follow", backwards=KEEP),
    ]

"""What rows of chronic care must never do, and the rules of China."""

import datetime as dt

from django.db import migrations

from core.database.sql_files import statements

SOURCE = "国家基本公共卫生服务规范（第三版）"
PRESSURE = {"systolic_from": 180, "diastolic_from": 110}
TARGET = {"systolic_below": 140, "diastolic_below": 90}
BOTH = {"at_risk_with": ["I25", "I64"], "next_months": 3, "recheck_days": 14, "visits_a_year": 4, "call": "120"}
HYPERTENSION = {
    **BOTH,
    "emergency": {
        "mm[Hg]": PRESSURE,
        "mmol/L": {"from": "16.7", "down_to": "3.9"},
        "mg/dL": {"from": "300", "down_to": "70"},
    },
    "control": {"mm[Hg]": TARGET},
    "elder": {"from_age": 65, "unless": ["E11", "N18"], "mm[Hg]": {"systolic_below": 150, "diastolic_below": 90}},
}
DIABETES = {
    **BOTH,
    "emergency": HYPERTENSION["emergency"],
    "control": {"mm[Hg]": TARGET, "mmol/L": {"below": "7.0"}, "mg/dL": {"below": "126"}},
}


def load_protocols(apps, schema_editor):
    ProtocolVersion = apps.get_model("health", "ProtocolVersion")
    for code, programme, parameters in (
        ("cn-htn", "hypertension", HYPERTENSION),
        ("cn-t2dm", "type2_diabetes", DIABETES),
    ):
        ProtocolVersion.objects.create(
            code=code,
            revision=1,
            programme=programme,
            country="CN",
            parameters=parameters,
            source=SOURCE,
            from_date=dt.date(2017, 2, 28),
        )


class Migration(migrations.Migration):
    dependencies = [("health", "0003_chronic"), ("core", "0003_rules")]

    operations = [statements("health", "chronic"), migrations.RunPython(load_protocols, migrations.RunPython.noop)]

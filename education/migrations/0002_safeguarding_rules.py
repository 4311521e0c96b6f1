"""What rows of safeguarding must never say, and the texts that guardians agree to."""

import datetime as dt

from django.db import migrations

from core.database.sql_files import function, statements

TEXTS = {
    "school_supplies": {
        "zh-hans": "我同意服务站登记孩子的姓名、出生日期和年级，用来发放学习用品，并核对孩子有没有在别处领过。捐赠人看不到孩子的姓名和照片。我可以随时收回这个同意。",
        "en": "I agree that the station records my child’s name, birth date and grade to give out school supplies, and checks that my child has not received them elsewhere. Donors see neither name nor photo. I can withdraw this at any time.",
    },
    "parent_calls": {
        "zh-hans": "我同意服务站安排孩子与家长通话，并保存家长的电话号码。通话不录音。我可以随时收回这个同意。",
        "en": "I agree that the station arranges calls between my child and the parents and stores the parents’ number. Calls are not recorded. I can withdraw this at any time.",
    },
}
MAJORITY = 18


def load_texts(apps, schema_editor):
    ConsentText = apps.get_model("stations", "ConsentText")
    ConsentText.objects.bulk_create(
        ConsentText(
            purpose=purpose,
            version=1,
            language=language,
            body=body,
            from_date=dt.date(2020, 1, 1),
            agrees_from_age=MAJORITY,
        )
        for purpose, bodies in TEXTS.items()
        for language, body in bodies.items()
    )
    ConsentText.objects.filter(purpose="education_record", version=1).update(agrees_from_age=MAJORITY)


def forget_texts(apps, schema_editor):
    apps.get_model("stations", "ConsentText").objects.filter(purpose__in=TEXTS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("education", "0001_safeguarding"),
        ("stations", "0007_age_of_consent"),
        ("core", "0003_rules"),
    ]

    operations = [
        function("education", "education_keep_concern"),
        statements("education", "safeguarding"),
        migrations.RunPython(load_texts, forget_texts),
    ]

"""Reference data: readings of surnames, consent texts, short names of villages, services, questions of inspections."""

import datetime as dt

from django.db import migrations

from stations.inspections.reference import QUESTIONS
from stations.people.reference import CONSENT_TEXTS, SURNAME_READINGS

ENDINGS = {
    "村村民委员会": "村",
    "村民委员会": "村",
    "村村委会": "村",
    "村委会": "村",
    "社区居民委员会": "社区",
    "社区居委会": "社区",
    "居民委员会": "社区",
    "居委会": "社区",
}

# code, English, Chinese, app, certificate needed, essential, needs money, works offline
SERVICES = [
    ("goods_order", "Order goods", "代购商品", "orders", "", False, True, False),
    ("parcel_pickup", "Parcel pick-up", "取快递", "logistics", "", False, False, True),
    ("parcel_send", "Send a parcel", "寄快递", "orders", "", False, True, False),
    ("produce_intake", "Produce intake", "收购农产品", "orders", "", False, True, True),
    ("farmer_shop", "Farmer's shop", "农家网店", "orders", "", False, False, False),
    ("recharge", "Phone recharge", "话费充值", "finance", "", False, True, False),
    ("bill_payment", "Bill payment", "生活缴费", "finance", "", False, True, False),
    ("travel_booking", "Tickets and hotels", "订票订房", "tourism", "travel", False, True, False),
    ("loan_recommendation", "Loan recommendation", "贷款推荐", "finance", "loan_recommendation", False, False, False),
    ("loan_repayment", "Loan repayment", "贷款还款", "finance", "", False, True, False),
    ("insurance_enrolment", "Join an insurance", "保险投保", "finance", "insurance", True, True, False),
    ("insurance_claim", "Insurance claim", "保险理赔", "finance", "insurance", True, False, False),
    ("health_booth", "Health booth", "健康小屋", "health", "", True, False, True),
    ("hospital_registration", "Hospital registration", "医院挂号", "health", "", True, True, False),
    ("checkup", "Check-up", "体检", "health", "", False, False, True),
    ("super_classroom", "Super classroom", "超级课堂", "education", "", False, False, True),
    ("tutoring", "Tutoring", "课业辅导", "education", "", False, False, True),
    ("library", "Library", "图书借阅", "education", "", False, False, True),
    ("school_supplies", "School supplies", "学习用品", "education", "", False, False, True),
    ("parent_hotline", "Parent hotline", "亲情通话", "education", "", False, False, False),
    ("tour_booking", "Tour booking", "乡村旅游", "tourism", "", False, True, False),
    ("skills_training", "Skills training", "技能培训", "education", "", False, False, True),
    ("cash_payout", "Cash pay-out", "现金领取", "finance", "cash_services", False, True, False),
]


def load_endings_and_services(apps, schema_editor):
    NameEnding = apps.get_model("stations", "NameEnding")
    Service = apps.get_model("stations", "Service")
    NameEnding.objects.bulk_create(
        NameEnding(country="CN", ending=ending, short=short) for ending, short in ENDINGS.items()
    )
    Service.objects.bulk_create(
        Service(
            code=code,
            name=name,
            name_zh=name_zh,
            app=app,
            needs_certificate=certificate,
            is_essential=essential,
            needs_money=money,
            is_offline_capable=offline,
        )
        for code, name, name_zh, app, certificate, essential, money, offline in SERVICES
    )


def forget_endings_and_services(apps, schema_editor):
    apps.get_model("stations", "NameEnding").objects.filter(country="CN", ending__in=ENDINGS).delete()
    codes = [row[0] for row in SERVICES]
    apps.get_model("stations", "Service").objects.filter(code__in=codes).delete()


def load_reference(apps, schema_editor):
    SurnameReading = apps.get_model("stations", "SurnameReading")
    SurnameReading.objects.bulk_create(
        SurnameReading(surname=surname, reading=reading, rank=rank)
        for surname, readings in SURNAME_READINGS.items()
        for rank, reading in enumerate(readings, start=1)
    )
    ConsentText = apps.get_model("stations", "ConsentText")
    ConsentText.objects.bulk_create(
        ConsentText(purpose=purpose, version=1, language=language, body=body, from_date=dt.date(2020, 1, 1))
        for purpose, bodies in CONSENT_TEXTS.items()
        for language, body in bodies.items()
    )


def forget_reference(apps, schema_editor):
    apps.get_model("stations", "SurnameReading").objects.all().delete()
    apps.get_model("stations", "ConsentText").objects.all().delete()


def load_questions(apps, schema_editor):
    Question = apps.get_model("stations", "InspectionQuestion")
    Question.objects.bulk_create(
        Question(code=code, weight=weight, text=text, text_zh=text_zh, position=position)
        for position, (code, weight, text, text_zh) in enumerate(QUESTIONS, start=1)
    )


def forget_questions(apps, schema_editor):
    apps.get_model("stations", "InspectionQuestion").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("stations", "0003_two_persons")]

    operations = [
        migrations.RunPython(load_reference, forget_reference),
        migrations.RunPython(load_endings_and_services, forget_endings_and_services),
        migrations.RunPython(load_questions, forget_questions),
    ]

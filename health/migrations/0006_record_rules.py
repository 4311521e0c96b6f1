"""What rows of health records must never do, and the drugs that are chosen from (ATC codes of the WHO)."""

from django.db import migrations

from core.database.sql_files import statements

#: ATC code, English, Chinese, groups of allergens; whether it is controlled
DRUGS = [
    ("C08CA01", "Amlodipine", "氨氯地平", [], False),
    ("C08CA05", "Nifedipine", "硝苯地平", [], False),
    ("C09AA02", "Enalapril", "依那普利", ["ace_inhibitors"], False),
    ("C09CA01", "Losartan", "氯沙坦", [], False),
    ("C09CA03", "Valsartan", "缬沙坦", [], False),
    ("C07AB02", "Metoprolol", "美托洛尔", [], False),
    ("C03AA03", "Hydrochlorothiazide", "氢氯噻嗪", ["sulfonamides"], False),
    ("C10AA05", "Atorvastatin", "阿托伐他汀", [], False),
    ("B01AC06", "Aspirin (low dose)", "阿司匹林肠溶片", ["nsaids"], False),
    ("A10BA02", "Metformin", "二甲双胍", [], False),
    ("A10BB09", "Gliclazide", "格列齐特", ["sulfonamides"], False),
    ("A10BF01", "Acarbose", "阿卡波糖", [], False),
    ("A10AE04", "Insulin glargine", "甘精胰岛素", [], False),
    ("A02BC01", "Omeprazole", "奥美拉唑", [], False),
    ("J01CA04", "Amoxicillin", "阿莫西林", ["penicillins"], False),
    ("J01DC02", "Cefuroxime", "头孢呋辛", ["cephalosporins"], False),
    ("J01FA10", "Azithromycin", "阿奇霉素", ["macrolides"], False),
    ("J01MA12", "Levofloxacin", "左氧氟沙星", ["quinolones"], False),
    ("J01EE01", "Co-trimoxazole", "复方磺胺甲噁唑", ["sulfonamides"], False),
    ("M01AE01", "Ibuprofen", "布洛芬", ["nsaids"], False),
    ("N02BE01", "Paracetamol", "对乙酰氨基酚", [], False),
    ("R03AC02", "Salbutamol", "沙丁胺醇", [], False),
    ("R06AX13", "Loratadine", "氯雷他定", [], False),
    ("A07CA01", "Oral rehydration salts", "口服补液盐", [], False),
    ("M04AA01", "Allopurinol", "别嘌醇", [], False),
    ("N02AA01", "Morphine", "吗啡", [], True),
    ("N05BA01", "Diazepam", "地西泮", [], True),
]


def load_drugs(apps, schema_editor):
    Drug = apps.get_model("health", "Drug")
    for code, name, name_zh, allergens, is_controlled in DRUGS:
        Drug.objects.create(code=code, name=name, name_zh=name_zh, allergens=allergens, is_controlled=is_controlled)


class Migration(migrations.Migration):
    dependencies = [("health", "0005_records"), ("core", "0003_rules")]

    operations = [statements("health", "records"), migrations.RunPython(load_drugs, migrations.RunPython.noop)]

"""Whose phones are recharged: the operators of the country, the first digits of their numbers, and what they sell.

The digits are real (`data/phones/README.md` names their sources); prices and packages are invented.
"""

import csv
import datetime as dt
from collections import defaultdict
from pathlib import Path

from django.conf import settings

from core.models import Provider
from core.money import units
from finance.models import Operator, Plan

PREFIXES = Path("data/phones/china-mobile-prefixes.csv")
#: code, names, what we owe of an amount in basis points
OPERATORS = [
    ("CN-MOBILE", "China Mobile", "中国移动", 9_850),
    ("CN-UNICOM", "China Unicom", "中国联通", 9_840),
    ("CN-TELECOM", "China Telecom", "中国电信", 9_850),
    ("CN-BROADNET", "China Broadnet", "中国广电", 9_800),
]
TALKTIME = (10_00, 20_00, 30_00, 50_00, 100_00, 200_00, 300_00, 500_00)
#: end of the code, kind, names, price
PACKAGES = [
    ("D5", "data", "5 GB for 30 days", "30天5GB流量", 20_00),
    ("D20", "data", "20 GB for 30 days", "30天20GB流量", 50_00),
    ("B59", "bundle", "100 minutes and 30 GB", "100分钟通话加30GB流量", 59_00),
    ("B99", "bundle", "300 minutes and 60 GB", "300分钟通话加60GB流量", 99_00),
]
#: Below the first finance is told, below the second nothing is sold through the company. In fen.
PREFUND_ALARM, PREFUND_MIN = 50_000_00, 5_000_00


def load_operators(*, since: dt.date) -> None:
    """Every operator with its plans; what is there already stays as it is."""
    prefixes = _prefixes()
    for position, (code, name, name_zh, wholesale_bp) in enumerate(OPERATORS, start=1):
        provider, _is_new = Provider.objects.get_or_create(
            code=code,
            defaults={
                "name": f"{name} (sandbox)",
                "name_zh": f"{name_zh}（沙盒）",
                "key_id": f"{code}-1",
                "secret_name": f"ECOMNET_PROVIDER_{code.replace('-', '_')}_SECRET",
                "prefund_alarm_minor": PREFUND_ALARM,
                "prefund_min_minor": PREFUND_MIN,
            },
        )
        operator, is_new = Operator.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "name_zh": name_zh,
                "provider": provider,
                "prefixes": prefixes[code],
                "wholesale_bp": wholesale_bp,
                "min_amount_minor": units(1, "CNY").minor,
                "max_amount_minor": units(1_000, "CNY").minor,
                "position": position,
                "from_date": since,
            },
        )
        if is_new:
            Plan.objects.bulk_create(_plans(operator))


def _prefixes() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    with (settings.BASE_DIR / PREFIXES).open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            found[row["operator"]].append(row["prefix"])
    return found


def _plans(operator: Operator) -> list[Plan]:
    talktime = [
        (str(price // 100), "talktime", f"{price // 100} yuan", f"{price // 100}元", price) for price in TALKTIME
    ]
    return [
        Plan(
            operator=operator,
            code=f"{operator.code}-{end}",
            kind=kind,
            name=name,
            name_zh=name_zh,
            face_amount_minor=price,
            wholesale_amount_minor=price * operator.wholesale_bp // 10_000,
            from_date=operator.from_date,
        )
        for end, kind, name, name_zh, price in [*talktime, *PACKAGES]
    ]

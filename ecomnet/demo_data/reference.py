"""Reference data: notes and coins, companies and what they ask for, what a sale earns."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils.timezone import now

from core.countries import country_of
from core.models import Provider
from ecomnet.demo_data.days import ZONE
from ecomnet.demo_data.operators import load_operators
from finance.installing import install_country
from finance.models import (
    BillCategory,
    Biller,
    BillerParameter,
    CommissionPlan,
    CommissionRule,
    CommissionShare,
    InstalledCountry,
)
from ledger.models import Book

SINCE = dt.date(2025, 1, 1)
#: Who executes payout files, and who collects online.
BANK, GATEWAY = "BANK", "EPAY"
MONEY = [
    (BANK, "Bank of payouts (sandbox)", "代发银行（沙盒）"),
    (GATEWAY, "Online payments (sandbox)", "网上收款（沙盒）"),
]
#: Whose system hears of orders, says where parcels are, keeps a hospital's numbers, and keeps what was learnt: code,
#: names. They send no daily files.
SUPPLIER_SYSTEM, CARRIER_SYSTEM, HOSPITAL_SYSTEM, RECORD_STORE = "TRADE", "EXPRESS", "HOSPITAL", "LRS"
SYSTEMS = [
    (SUPPLIER_SYSTEM, "Orders of Jianghuai trading (sandbox)", "江淮商贸订货系统（沙盒）"),
    (CARRIER_SYSTEM, "Tracking of Jianghuai express (sandbox)", "江淮快递查件系统（沙盒）"),
    (HOSPITAL_SYSTEM, "Numbers of Suqian TCM hospital (sandbox)", "宿迁市中医院挂号系统（沙盒）"),
    (RECORD_STORE, "Learning record store of the county (sandbox)", "县学习记录库（沙盒）"),
]

CATEGORIES = [
    ("electricity", "Electricity", "电费", "bolt"),
    ("water", "Water", "水费", "leaf"),
    ("gas", "Gas", "燃气费", "coins"),
    ("television", "Television", "有线电视", "school"),
    ("telephone", "Telephone", "电话费", "phone"),
]

#: code, names, category, what is asked for, its label, hint, least and most characters, how amounts may differ
BILLERS = [
    ("JS-POWER", "Power company", "电力公司", "electricity", "customer_no", "Customer number", "户号", 10, 13, "exact"),
    ("JS-WATER", "Water company", "自来水公司", "water", "customer_no", "Customer number", "户号", 8, 10, "exact"),
    ("JS-GAS", "Gas company", "燃气公司", "gas", "customer_no", "Customer number", "户号", 8, 12, "exact"),
    ("JS-TV", "Television", "广电网络", "television", "card_no", "Card number", "智能卡号", 10, 16, "exact_or_above"),
    (
        "JS-TELECOM",
        "Telephone company",
        "电信公司",
        "telephone",
        "phone",
        "Telephone number",
        "电话号码",
        11,
        12,
        "up_to",
    ),
]


class BooksBeganLater(Exception):
    """The country was installed before: its books are closed for the months that the demonstration tells of."""


def load_reference() -> None:
    """Everything that an installation of this country needs before its first sale. Raises `BooksBeganLater`."""
    defaults = {"country": "CN", "zone": ZONE, "first_open_date": SINCE}
    book, _is_new = Book.objects.get_or_create(code="CN", defaults=defaults)
    if book.first_open_date > SINCE:
        raise BooksBeganLater
    install_country(code="CN", at=now())
    for position, (code, name, name_zh, icon) in enumerate(CATEGORIES, start=1):
        BillCategory.objects.get_or_create(
            code=code, defaults={"name": name, "name_zh": name_zh, "icon": icon, "position": position}
        )
    for code, name, name_zh, *_terms in BILLERS:
        _load_provider(code, f"{name} (sandbox)", f"{name_zh}（沙盒）")
    _load_provider(settings.ECOMNET_SMS_PROVIDER, "Text messages (sandbox)", "短信平台（沙盒）")
    for code, name, name_zh in MONEY:
        _load_provider(code, name, name_zh)
    for code, name, name_zh in SYSTEMS:
        _load_provider(code, name, name_zh, file_time=None)
    banks = {"payout_provider": BANK, "collection_provider": GATEWAY}
    InstalledCountry.objects.filter(country="CN").update(
        **{name: Provider.objects.get(code=code) for name, code in banks.items()}
    )
    for row in BILLERS:
        _load_biller(*row)
    load_operators(since=SINCE)


def load_plan(*, maker: Any, checker: Any, at: dt.datetime) -> CommissionPlan:
    """A flat 1.50 for each bill: partner 1.00, county 0.15, the rest to the platform; parts of one bill count once.

    Of a recharge's margin the partner gets 1 % of the amount and the county 0.1 %; the rest is the platform's.
    Of goods suppliers leave 6 %: partner 60 % of it, county 15 %, the rest to the platform. A registration with a
    hospital earns 2.00 when the patient has been there: partner 1.60, county 0.40. Of a parcel to the city the carrier
    leaves 20 %: partner 70 % of it, county 15 %, the rest to the platform. For a loan that is repaid a lender pays
    0.5 %: partner 80 % of it, county 10 %, the rest to the platform.
    """
    plan = CommissionPlan.objects.create(
        code="standard",
        version=1,
        country="CN",
        from_date=SINCE,
        created_by=maker,
    )
    rule = CommissionRule.objects.create(
        plan=plan, position=1, service="bill_payment", total_kind="flat", total_value=150, once_per_target_minutes=30
    )
    CommissionShare.objects.create(rule=rule, position=1, beneficiary="partner", kind="flat", value=100)
    CommissionShare.objects.create(rule=rule, position=2, beneficiary="county", kind="flat", value=15)
    margin = CommissionRule.objects.create(
        plan=plan, position=2, service="recharge", total_kind="margin", total_value=0
    )
    for position, (beneficiary, value) in enumerate([("partner", 100), ("county", 10)], start=1):
        CommissionShare.objects.create(
            rule=margin, position=position, beneficiary=beneficiary, kind="percent_of_base", value=value
        )
    goods = CommissionRule.objects.create(
        plan=plan, position=3, service="goods_order", total_kind="percent", total_value=600, window_days=7
    )
    for position, (beneficiary, value) in enumerate([("partner", 6_000), ("county", 1_500)], start=1):
        CommissionShare.objects.create(
            rule=goods, position=position, beneficiary=beneficiary, kind="percent_of_total", value=value
        )
    hospital = CommissionRule.objects.create(
        plan=plan, position=4, service="hospital_registration", total_kind="flat", total_value=2_00
    )
    for position, (beneficiary, value) in enumerate([("partner", 1_60), ("county", 40)], start=1):
        CommissionShare.objects.create(
            rule=hospital, position=position, beneficiary=beneficiary, kind="flat", value=value
        )
    parcel = CommissionRule.objects.create(
        plan=plan, position=5, service="parcel_send", total_kind="percent", total_value=2_000
    )
    for position, (beneficiary, value) in enumerate([("partner", 7_000), ("county", 1_500)], start=1):
        CommissionShare.objects.create(
            rule=parcel, position=position, beneficiary=beneficiary, kind="percent_of_total", value=value
        )
    recommendation = CommissionRule.objects.create(
        plan=plan, position=6, service="loan_recommendation", total_kind="percent", total_value=50
    )
    for position, (beneficiary, value) in enumerate([("partner", 8_000), ("county", 1_000)], start=1):
        CommissionShare.objects.create(
            rule=recommendation, position=position, beneficiary=beneficiary, kind="percent_of_total", value=value
        )
    plan.status, plan.approved_by, plan.approved_at = CommissionPlan.Status.APPROVED, checker, at
    plan.save()
    return plan


def _load_provider(code: str, name: str, name_zh: str, **more: Any) -> None:
    secret_name = f"ECOMNET_PROVIDER_{code.replace('-', '_')}_SECRET"
    values = {"name": name, "name_zh": name_zh, "key_id": f"{code}-1", "secret_name": secret_name, **more}
    Provider.objects.get_or_create(code=code, defaults=values)


def _load_biller(
    code: str,
    name: str,
    name_zh: str,
    category: str,
    parameter: str,
    label: str,
    label_zh: str,
    shortest: int,
    longest: int,
    amount_rule: str,
) -> None:
    biller, is_new = Biller.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "name_zh": name_zh,
            "category": BillCategory.objects.get(code=category),
            "provider": Provider.objects.get(code=code),
            "amount_rule": amount_rule,
            "max_amount_minor": country_of("CN").most_per_payment.minor,
            "from_date": SINCE,
        },
    )
    if is_new:
        BillerParameter.objects.create(
            biller=biller,
            name=parameter,
            label=label,
            label_zh=label_zh,
            hint="It stands at the top of the last bill.",
            hint_zh="在上一张账单的上方。",
            min_length=shortest,
            max_length=longest,
        )

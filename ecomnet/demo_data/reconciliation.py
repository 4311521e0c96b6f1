"""One of every difference, in every state and age; a daily file with its sum, bank lines that nobody has explained."""

import datetime as dt
from typing import Any

from core.fields import uuid7
from core.gateways.models import Provider
from core.money import Money
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.stations import STORY, Cast
from finance.models import BankStatementLine, Payment, ProviderFile, ProviderSum, ReconItem, RiskRow
from finance.recon.services import (
    BANK_COLUMNS,
    ask_write_off,
    assign_recon_item,
    explain_by_hand,
    import_bank_statement,
    match_recon_items,
    open_recon_item,
    raise_recon_items,
    resolve_recon_item,
    write_off_recon_item,
)
from stations.models import Station

CURRENCY, COUNTRY = "CNY", "CN"
DAY = dt.timedelta(days=1)
_K = ReconItem.Kind
#: Kind, age in days, what they have more than we (minor units), the state it is in.
ITEMS = (
    (_K.MISSING_INTERNAL, 0, 88_00, "open"),
    (_K.MISSING_PROVIDER, 1, -186_40, "open"),
    (_K.AMOUNT, 2, 1_00, "assigned"),
    (_K.STATUS, 4, -52_30, "open"),
    (_K.DUPLICATE, 5, 120_00, "asked"),
    (_K.FEE, 8, -30, "open"),
    (_K.FILE, 1, 0, "open"),
    (_K.CURRENCY, 9, 0, "open"),
    (_K.RULE, 3, 0, "open"),
    (_K.AMOUNT, 12, 4_00, "resolved"),
    (_K.DUPLICATE, 15, 35_00, "written_off"),
    (_K.MISSING_PROVIDER, 3, -20_00, "matched"),
    (_K.LATE, 6, -61_00, "resolved"),
)
BANK_LINES = (
    ("DEMO-R1", "in", "366.00", "淮安某某公司", "9020", "货款"),
    ("DEMO-R2", "out", "18.00", "银行", "0001", "账户管理费"),
    ("DEMO-R3", "in", "7.35", "银行", "0001", "结息"),
)


def load_reconciliation(cast: Cast, *, at: dt.datetime) -> None:
    """Differences of the power company, bank lines, and what stood out at night."""
    provider = Provider.objects.get(code="JS-POWER")
    station = next(station for station in cast.stations if station.code == STORY)
    payment = Payment.objects.filter(station=station, status="succeeded").latest("pk")
    for number, (kind, days, minor, state) in enumerate(ITEMS, start=1):
        item = _opened(number, kind, provider, payment, minor, at=at - days * DAY - dt.timedelta(minutes=70))
        _bring(item, state, cast, at=at)
    raise_recon_items(at=at)
    _file(provider, at=at)
    _bank(cast, at=at)
    _risks(station, cast.partners[station.pk], at=at)


def _opened(number: int, kind: str, provider: Provider, payment: Payment, minor: int, *, at: dt.datetime) -> ReconItem:
    of_payment = payment if kind in {_K.STATUS, _K.FEE, _K.MISSING_PROVIDER, _K.AMOUNT} else None
    key = f"demo:{number}"
    open_recon_item(
        kind=kind,
        dedupe_key=key,
        provider_id=None if kind == _K.RULE else provider.pk,
        payment=of_payment,
        our_ref=str(of_payment.pk) if of_payment else "" if kind in {_K.FILE, _K.RULE} else str(uuid7()),
        currency=CURRENCY,
        amount_diff_minor=minor,
        detail={"file_date": str(day_of(at - DAY))},
        subject_date=day_of(at - DAY),
        at=at,
    )
    return ReconItem.objects.get(dedupe_key=key)


def _bring(item: ReconItem, state: str, cast: Cast, *, at: dt.datetime) -> None:
    """Into its state, by the services that people press."""
    first, second = cast.officers[0], cast.officers[1]
    if state == "assigned":
        assign_recon_item(item=item, to=first, by=first, at=at)
    elif state == "resolved":
        code = "other_day" if item.kind == _K.LATE else "we_bear_it"
        resolve_recon_item(item=item, reason_code=code, text="公司来函说明", by=first, at=at)
    elif state == "matched":
        match_recon_items(items=ReconItem.objects.filter(pk=item.pk), at=at)
    elif state in {"asked", "written_off"}:
        ask_write_off(item=item, text="公司已停业，无法追回", by=first, at=at)
        if state == "written_off":
            write_off_recon_item(item=item, by=second, at=at)


def _file(provider: Provider, *, at: dt.datetime) -> None:
    """A file of a week ago with a day that the bank has not settled."""
    day = day_of(at - 6 * DAY)
    file = ProviderFile.objects.create(
        provider=provider,
        file_date=day,
        sequence=1,
        sha256=f"{day:%Y%m%d}".ljust(64, "0"),
        currency=CURRENCY,
        line_count=2,
        total_minor=238_70,
        fee_minor=0,
        imported_at=at - 5 * DAY,
    )
    ProviderSum.objects.create(
        file=file,
        kind="bill",
        amount_minor=-238_70,
        currency=CURRENCY,
        reference=f"{provider.code}-{day:%Y%m%d}-BILL",
        due_date=day + 3 * DAY,
    )


def _bank(cast: Cast, *, at: dt.datetime) -> None:
    """Three lines, one of them explained in part."""
    rows = [[day_of(at - 2 * DAY).isoformat(), *line[:3], CURRENCY, *line[3:]] for line in BANK_LINES]
    import_bank_statement(
        bank_account="main",
        content="\n".join([",".join(BANK_COLUMNS), *(",".join(row) for row in rows)]).encode(),
        control_total=Money(355_35, CURRENCY),
        country=COUNTRY,
        by=cast.officers[0],
        at=at - 2 * DAY,
    )
    explain_by_hand(
        line=BankStatementLine.objects.get(line_ref="DEMO-R3"),
        kind="interest",
        amount=Money(7_00, CURRENCY),
        of="",
        text="季度结息",
        by=cast.officers[0],
        at=at,
    )


def _risks(station: Station, partner: Any, *, at: dt.datetime) -> None:
    found = (
        (RiskRow.Kind.OWN_BILLS, str(partner.pk), {"payments": 7, "minor": 812_40, "currency": CURRENCY}),
        (RiskRow.Kind.REVERSALS, station.code, {"payments": 41, "reversed": 5, "share_bp": 1219}),
        (RiskRow.Kind.WITNESS, str(uuid7()), {"hand_backs": 6, "minor": 640_00, "currency": CURRENCY, "paid_by": 1}),
    )
    RiskRow.objects.bulk_create(
        RiskRow(date=day_of(at - DAY), kind=kind, station=station, subject=subject, figures=figures)
        for kind, subject, figures in found
    )

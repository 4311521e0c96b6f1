"""What stands in a statement, for tests."""

import datetime as dt

from django.utils.timezone import now

from core.countries import country_of
from core.fields import uuid7
from core.money import Money
from finance import chart
from finance.models import OverShort, OverShortMove, TaxRule
from ledger.services import SYSTEM, Leg, post_transfers
from tests.factories.finance import desk
from tests.factories.settlement import MONDAY, noon

WEEK = dt.timedelta(days=7)
#: Labour income of individuals, by the file of the country; amounts in fen.
LABOUR_IN_CHINA = next(row["table"] for row in country_of("CN").taxes if row["payee"] == "partner")


def labour_tax(**rule):
    """The brackets of labour income for partners."""
    return TaxRule.objects.create(
        **{
            "country": "CN",
            "payee_kind": "partner",
            "currency": "CNY",
            "method": "labour_brackets",
            "table": LABOUR_IN_CHINA,
            "from_date": dt.date(2020, 1, 1),
            **rule,
        }
    )


def figures(statement):
    """A statement's figures that are not nothing."""
    names = ("opening", "accrued", "reversed", "adjusted", "disputes_held", "tax", "charges", "payable", "carried")
    return {name: minor for name in names if (minor := getattr(statement, f"{name}_minor"))}


def difference(station, account, status, *, minor=-4_40, **values):
    """A shortage of the drawer, as the cash desk keeps it."""
    return OverShort.objects.create(
        **{
            "station": station,
            "found": "late",
            "cash_day": desk(village=station.village).station.cash_days.get(),
            "holder_id": account.holder,
            "account": chart.open_one(
                chart.AccountKey("over_short", account.holder.hex), country="CN", currency="CNY", at=now()
            ),
            "amount_minor": minor,
            "currency": "CNY",
            "found_at": noon(MONDAY),
            "status": status,
            **values,
        }
    )


def move(asked, account, kind, minor, at):
    """A posting of the cash desk on a payee's account."""
    debit, credit = (account, asked.account) if minor < 0 else (asked.account, account)
    transfer = post_transfers(
        legs=[Leg(debit, credit, Money(abs(minor), "CNY"), kind)],
        event_type="over_short",
        event_id=uuid7().hex,
        business_date=at.date(),
        made_by=SYSTEM,
        at=at,
    )[0]
    OverShortMove.objects.create(
        over_short=asked,
        kind=kind,
        transfer_id=transfer,
        over_short_account=asked.account,
        account=account,
        amount_minor=minor,
        currency="CNY",
        posted_at=at,
    )

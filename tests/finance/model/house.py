"""What stands before every sequence: a county with two stations and its centre, companies, a plan, people and money."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.timezone import now

from core.models import StoredFile
from finance import chart
from finance.models import (
    Biller,
    CompensationRule,
    Operator,
    PayoutAccount,
    StationMoney,
    Tariff,
    TaxRule,
)
from finance.payouts import services as payouts
from finance.payouts.services import BankDetails
from ledger.services import make_partitions
from stations.models import Person, Station, User
from tests.factories.finance import (
    LONG_AGO_DATE,
    Desk,
    biller,
    book,
    desk,
    fill,
    helper_at,
    payer_at,
    plan_of,
    provider,
    switch_on,
    works_with,
)
from tests.factories.gateways import ProviderFactory
from tests.factories.people import resident
from tests.factories.recharge import operator
from tests.factories.refunds import photo_by
from tests.factories.stations import DeviceFactory, county, county_clerk_of, county_manager_of, finance_officer
from tests.finance.model.earnings import Rule
from tests.finance.model.lands import CHINA, DAY, KUWAIT, Land
from tests.finance.model.market import Market, market_of

#: For so long after a sequence begins there is a place for what is posted.
YEAR = dt.timedelta(days=365)
POWER, WATER, GAS = "JS-POWER", "JS-WATER", "JS-GAS"
MOBILE, UNICOM = "CN-MOBILE", "CN-UNICOM"
HELPER_BP, TAX_BP, CEILING = 2_000, 500, 2_000_00
BILL_FEE, RECHARGE_FEE = 2_00, 1_00
PREFUND_LEAST = 500_00
PER_DAY, DUE_DAYS, CAP = 5_00, 1, 20_00

#: The plan: bands, floors, caps, margins, windows, parts that count as one, and a fee's own rule. Gas has none.
RULES = (
    Rule("bill_payment", POWER, "flat", 1_50, (("partner", "flat", 1_00), ("county", "flat", 15)), None, None, 30, 0,
         0, 200_00),
    Rule("bill_payment", POWER, "flat", 2_51, (("partner", "percent_of_total", 6_000), ("county", "flat", 15)), None,
         None, 30, 0, 200_00),
    Rule("bill_payment", WATER, "percent", 130,
         (("partner", "percent_of_total", 6_000), ("county", "percent_of_total", 1_500)), 20, 3_00, 30, 7),
    Rule("bill_payment.agent_fee", "", "percent", 10_000, (("partner", "percent_of_total", 8_000),)),
    Rule("recharge", MOBILE, "margin", 0, (("partner", "percent_of_base", 100), ("county", "percent_of_base", 10)),
         once_minutes=30),
    Rule("recharge", UNICOM, "margin", 0, (("partner", "flat", 40), ("county", "percent_of_total", 1_000)), 50),
    Rule("goods_order", "", "percent", 600,
         (("partner", "percent_of_total", 6_000), ("county", "percent_of_total", 1_500)), window_days=7),
)  # fmt: skip
WHOLESALE_BP = {MOBILE: 9_850, UNICOM: 9_990}


@dataclass
class Shop(Desk):
    """A station with the codes of its accounts."""

    mode: str
    helper: User

    def __post_init__(self) -> None:
        self.till, self.transit = self.till_key.code, chart.cash_in_transit(self.station).code
        self.float, self.funds = self.float_key.code, self.funds_key.code

    def __repr__(self) -> str:
        return f"<{self.mode} station>"


@dataclass
class Centre(Desk):
    """The centre of the county: its clerk keeps the till, its manager may take it over."""

    helper: User

    def __post_init__(self) -> None:
        self.till = self.till_key.code

    def __repr__(self) -> str:
        return "<centre>"


@dataclass
class House:
    """Everybody and everything that sequences begin with. Nothing of it is changed for good by any of them.

    It stands in one country, `home`. Of a neighbour it knows a station at home with their money, and one in their book.
    """

    home: Land
    shops: list[Shop] = field(init=False)
    #: A station at home whose money is the neighbour's, and one in the neighbour's country: another book.
    abroad: tuple[Desk, Desk] = field(init=False)
    begins_at: dt.datetime = field(init=False)
    #: How often each verb was done, or refused and with which code.
    tally: Counter[str] = field(default_factory=Counter, repr=False)

    def __post_init__(self) -> None:
        self.begins_at = self.home.begins_at(now())
        make_partitions(from_month=now().date(), to_month=(self.begins_at + YEAR).date())
        for land in (self.home, self.neighbour):
            book(land.country, land.zone)
        plan_of(*(_as_row(rule) for rule in RULES), **self.of_home)
        self.county = county(country=self.home.country)
        first = self._desk(mode="postpaid", float_minor=300_00)
        second = self._desk(mode="prepaid", float_minor=1_500_00)
        self.centre: Station = first.station.parent
        self._people(first, second)
        self.shops = [
            Shop(first.station, first.partner, "postpaid", helper_at(first, share_bp=HELPER_BP)),
            Shop(second.station, second.partner, "prepaid", helper_at(second, share_bp=HELPER_BP)),
        ]
        for shop in self.shops:
            switch_on(shop.station, "recharge")
            fill(shop, shop.till_key, 400_00)
        self.centre_place = Centre(self.centre, self.clerk, self.manager)
        fill(self.centre_place, self.centre_place.till_key, 600_00)
        self.abroad = self._abroad()
        self._companies()
        self._dated_rules(second)
        self._payout_accounts()

    @property
    def neighbour(self) -> Land:
        """Whose money and book stand beside those of the system."""
        return CHINA if self.home is KUWAIT else KUWAIT

    @cached_property
    def market(self) -> Market:
        """What goods and fruit need, where a machine plays them."""
        return market_of(self)

    @property
    def of_home(self) -> dict[str, str]:
        """What rows say of their country."""
        return {"country": self.home.country, "currency": self.home.currency}

    def _desk(self, **values: Any) -> Desk:
        place = {"county": self.county, "zone": self.home.zone, "currency": self.home.currency}
        return desk(till_open=False, **place, **values)

    def _abroad(self) -> tuple[Desk, Desk]:
        theirs = self.neighbour
        # Plans of home say nothing of their money.
        about = {"mode": "postpaid", "plan": "abroad", "currency": theirs.currency}
        here = desk(county=self.county, zone=self.home.zone, **about)
        place = county(country=theirs.country)
        return here, desk(county=place, zone=theirs.zone, **about)

    def _people(self, first: Desk, second: Desk) -> None:
        self.clerk, self.manager = county_clerk_of(self.county), county_manager_of(self.county)
        self.officers = [finance_officer(), finance_officer(), finance_officer()]
        self.payer: Person = payer_at(first, phone="+8613912345678")
        self.witness: Person = resident("赵国强", first.station, by=first.partner)

    def _companies(self) -> None:
        for code in (POWER, WATER, GAS, MOBILE, UNICOM, "EPAY", "BANK"):
            ProviderFactory(code=code, time_zone=self.home.zone, **self.of_home)
        direct = {"fetch": "not_supported", "amount_rule": "any", **self.of_home}
        self.billers: list[Biller] = [biller(code, **direct) for code in (POWER, WATER, GAS)]
        for company in self.billers:
            company.provider.prefund_min_minor = PREFUND_LEAST
            company.provider.save()
        theirs = {"phone_pattern": "[0-9]{8,11}", **self.of_home}
        self.operators: list[Operator] = [
            operator(code, prefixes=(prefix,), wholesale_bp=WHOLESALE_BP[code], reversal_days=days, **theirs)
            for code, prefix, days in zip((MOBILE, UNICOM), self.home.prefixes, (1, 0), strict=True)
        ]
        self.gateway, self.bank = provider("EPAY"), provider("BANK")
        works_with(**self.of_home, collection_provider=self.gateway, payout_provider=self.bank)
        ProviderFactory(code=settings.ECOMNET_SMS_PROVIDER)
        self.devices = [DeviceFactory(station=shop.station) for shop in self.shops]
        first = self.shops[0]
        self.supplier = first.account(chart.AccountKey("supplier", "HOSPITAL-1"))
        self.subsidy = first.account(chart.AccountKey("subsidy", "reading"))
        fill(first, chart.AccountKey("subsidy", "reading"), 40_00)

    def _dated_rules(self, second: Desk) -> None:
        StationMoney.objects.update(ceiling_minor=CEILING)
        held = {"kind": "flat", "currency": self.home.currency, "from_date": LONG_AGO_DATE}
        Tariff.objects.create(service="bill_payment", division=second.station.village, value=BILL_FEE, **held)
        Tariff.objects.create(service="recharge", division=second.station.village, value=RECHARGE_FEE, **held)
        for kind in ("partner", "helper"):
            TaxRule.objects.create(
                payee_kind=kind, method="flat_bp", table={"bp": TAX_BP}, from_date=LONG_AGO_DATE, **self.of_home
            )  # fmt: skip
        CompensationRule.objects.create(
            purpose="bill", due_days=DUE_DAYS, per_day_minor=PER_DAY, cap_minor=CAP, from_date=LONG_AGO_DATE,
            **self.of_home,
        )  # fmt: skip

    def _payout_accounts(self) -> None:
        """The first partner is paid by bank, the second into the float, a helper in cash, the county by bank."""
        first, second = self.shops
        at = now() - 10 * DAY
        first.helper.person = resident("孙小兰", second.station, by=second.partner)
        first.helper.save()
        details = BankDetails("ICBC", "6222021102004821", first.partner.shown_name)
        payouts.set_bank_account(
            payee=first.partner.pk.hex, user=first.partner, details=details, by=first.partner, at=at
        )
        payouts.set_own_float(user=second.partner, station=second.station, by=second.partner, at=at)
        payouts.set_cash_at_station(user=first.helper, station=second.station, by=first.helper, at=at)
        county = payouts.set_bank_account(
            payee=chart.commission_of_county(self.county).key,
            user=None,
            details=BankDetails("ABC", "6228480402564890", "县财政"),
            by=self.officers[0],
            at=at,
        )
        payouts.confirm_payout_account(account=county, by=self.officers[1], at=now())
        payouts.activate_accounts(at=now())
        assert PayoutAccount.objects.filter(status="active").count() == 4

    def name_bank_account(self, user: User, details: BankDetails, *, at: dt.datetime) -> PayoutAccount:
        """A person names a bank account of their own."""
        return payouts.set_bank_account(payee=user.pk.hex, user=user, details=details, by=user, at=at)

    def photo(self, user: User) -> StoredFile:
        """A photo of this person's own; one serves for all that they do."""
        known = StoredFile.objects.filter(stored_by=user.pk).first()
        return known or photo_by(user)

    @property
    def county_account(self) -> str:
        """Where the county earns."""
        return chart.commission_of_county(self.county).code

    def commission(self, user: User) -> str:
        """Where a person earns."""
        return chart.commission_of_user(user.pk).code


def _as_row(rule: Rule) -> dict[str, Any]:
    return {
        "service": rule.service,
        "party": rule.party,
        "total_kind": rule.kind,
        "total_value": rule.value,
        "shares": list(rule.shares),
        "floor_minor": rule.floor,
        "cap_minor": rule.cap,
        "once_per_target_minutes": rule.once_minutes,
        "window_days": rule.window_days,
        "amount_from_minor": rule.from_amount,
        "amount_to_minor": rule.to_amount,
    }

"""Payouts in every state: where partners and counties are paid, and one batch of each kind, paid county by county."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from core.gateways.models import Instruction
from core.gateways.results import Result, Status
from core.gateways.services import record_result
from core.gateways.services.answers import apply
from core.jobs.models import Job
from core.models import Provider
from core.money import Money
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.reference import BANK
from ecomnet.demo_data.stations import Cast
from finance import chart
from finance.models import PayoutAccount, PayoutBatch, PayoutLine
from finance.payouts import services
from finance.payouts.queries import usable_accounts
from finance.payouts.services import BankDetails
from finance.payouts.services.lines import payout_of_withdrawal
from finance.recon.services import BANK_COLUMNS, explain_by_hand, import_bank_statement
from ledger.models import Account
from ledger.queries import balance
from stations.models import Division, Station, User
from stations.people.services import register_person

CURRENCY, COUNTRY = "CNY", "CN"
DAY = dt.timedelta(days=1)
#: Named so long ago, and in use since.
LONG_AGO = 60 * DAY
BANKS = ("ICBC", "ABC", "CCB", "PSBC", "RCU")
#: A withdrawal leaves enough in the float for the next bills.
WITHDRAWN = Money(20_00, CURRENCY)
ENOUGH = 200_00
SOON = dt.timedelta(minutes=20)


def load_payouts(cast: Cast, *, at: dt.datetime) -> None:
    """Accounts for everybody who earns, then batches: settled, partly settled, with the bank, and all that come before.

    They pay whatever statements are closed; where none are, partners' withdrawals from their floats.
    """
    homes = _Homes(cast, at)
    homes.load()
    homes.spoil()
    counties = _counties(cast)
    maker, checker = cast.officers
    story = _Story(cast, maker=maker, checker=checker)
    story.settled(counties[0], at=at - 6 * DAY)
    story.partly_settled(counties[1], at=at - 5 * DAY)
    story.with_the_bank(counties[2], at=at - DAY)
    story.called_off(counties[3], at=at - DAY)
    story.exported(counties[3], at=at - SOON)
    story.approved(counties[3], at=at - SOON)
    story.calculated(counties[3], at=at - SOON)
    services.create_payout_batch(country=COUNTRY, currency=CURRENCY, division=counties[0], by=maker, at=at)


def _counties(cast: Cast) -> list[Division]:
    """In the order in which the demonstration opened them; the story's first."""
    found = {station.county_id: station.county for station in cast.stations}
    return list(found.values())


class _Homes:
    """Where everybody is paid."""

    def __init__(self, cast: Cast, at: dt.datetime) -> None:
        self.cast, self.at = cast, at
        self.named: dict[Any, PayoutAccount] = {}

    def load(self) -> None:
        """A bank account for every partner and helper, and for each county one that two officers know."""
        people = [*self.cast.partners.values(), *self.cast.helpers.values()]
        for number, user in enumerate(people, start=1):
            self.named[user.pk] = self._bank(user, number)
        for number, county in enumerate(_counties(self.cast), start=1):
            self._bank_of_county(county, number)
        services.activate_accounts(at=self.at - LONG_AGO / 2)

    def spoil(self) -> None:
        """One in each other state: changed, stopped, rejected, cash, float."""
        changed, stopped, cash, floating, wrong = list(self.cast.partners.values())[-5:]
        officer = self.cast.officers[1]
        self._bank(changed, 90, at=self.at - DAY)
        services.restrict_payout_account(
            account=self.named[stopped.pk], reason="account_blocked", by=officer, at=self.at
        )
        rejected = self._bank(wrong, 91, at=self.at - 2 * DAY)
        services.reject_payout_account(account=rejected, reason="不是本人账户", by=officer, at=self.at)
        self._cash(cash)
        services.set_own_float(user=floating, station=self._station_of(floating), by=floating, at=self.at - 4 * DAY)
        services.activate_accounts(at=self.at)

    def _bank(self, user: User, number: int, *, at: dt.datetime | None = None) -> PayoutAccount:
        details = BankDetails(BANKS[number % len(BANKS)], f"62220211{number:04}{4800 + number:04}", user.shown_name)
        return services.set_bank_account(
            payee=user.pk.hex, user=user, details=details, by=user, at=at or self.at - LONG_AGO
        )

    def _bank_of_county(self, county: Division, number: int) -> None:
        maker, checker = self.cast.officers
        details = BankDetails("ICBC", f"11002003{number:06}", f"{county.short_name}运营中心")
        payee, at = chart.commission_of_county(county).key, self.at - LONG_AGO
        account = services.set_bank_account(payee=payee, user=None, details=details, by=maker, at=at)
        services.confirm_payout_account(account=account, by=checker, at=at)

    def _cash(self, user: User) -> None:
        """Who is paid in cash is registered as a resident, and fetches it at another station."""
        station = self._station_of(user)
        user.person = register_person(
            station=station,
            full_name=user.shown_name,
            by=user,
            at=self.at - LONG_AGO,
            phone=str(user.phone),
            confirmed_new=True,
        )
        user.save(update_fields=["person"])
        elsewhere = next(
            other for other in self.cast.village_stations if other.county_id == station.county_id and other != station
        )
        services.set_cash_at_station(user=user, station=elsewhere, by=user, at=self.at - 4 * DAY)

    def _station_of(self, user: User) -> Station:
        return next(station for station in self.cast.stations if self.cast.partners.get(station.pk) == user)


class _Story:
    """The batches, each as two officers and the bank left it."""

    def __init__(self, cast: Cast, *, maker: User, checker: User) -> None:
        self.cast, self.maker, self.checker = cast, maker, checker
        self.provider = Provider.objects.get(code=BANK)

    def settled(self, county: Division, *, at: dt.datetime) -> None:
        """Everything was paid."""
        batch = self._submitted(county, withdrawals=2, at=at)
        for line in self._lines(batch):
            self._says(line, "paid", at=at + SOON)

    def partly_settled(self, county: Division, *, at: dt.datetime) -> None:
        """Two payouts failed, one of which is paid again; one came back."""
        batch = self._submitted(county, withdrawals=3, at=at)
        returned, failed, refused, *others = sorted(self._lines(batch), key=lambda line: line.is_withdrawal)
        self._says(failed, "failed", at=at + SOON, return_code="limit")
        self._says(refused, "failed", at=at + SOON, return_code="amount_invalid")
        for line in [returned, *others]:
            self._says(line, "paid", at=at + SOON)
        self._says(returned, "returned", at=at + DAY, return_code="limit")
        again = PayoutLine.objects.get(pk=failed.pk)
        if not again.is_withdrawal:
            services.reissue_payout(line=again, by=self.maker, at=at + DAY)
        self._over_the_bank(returned, others[0], at=at + 2 * DAY)

    def _over_the_bank(self, told: PayoutLine, untold: PayoutLine, *, at: dt.datetime) -> None:
        """What the bank had told of comes in with its reference; another without one waits for a person."""
        texts = {"DEMO-P1": (told, f"退汇 {told.pk}"), "DEMO-P2": (untold, "退汇 收款人账号有误")}
        rows = [
            [day_of(at).isoformat(), ref, "in", str(line.amount), CURRENCY, "银行", "0000", text]
            for ref, (line, text) in texts.items()
        ]
        batch: Any = told.batch
        lines = import_bank_statement(
            bank_account=batch.bank_account,
            content="\n".join([",".join(BANK_COLUMNS), *(",".join(row) for row in rows)]).encode(),
            control_total=told.amount + untold.amount,
            country=COUNTRY,
            by=self.maker,
            at=at,
        )
        known, unknown = sorted(lines, key=lambda line: line.line_ref)
        services.match_return_by_reference(bank_line=known, at=at)
        explain_by_hand(line=unknown, kind="sent_back", amount=unknown.amount, of="", text="", by=self.maker, at=at)

    def with_the_bank(self, county: Division, *, at: dt.datetime) -> None:
        """The bank has the file and has said nothing yet."""
        self._submitted(county, withdrawals=2, at=at)

    def called_off(self, county: Division, *, at: dt.datetime) -> None:
        """Cancelled before the file was written."""
        batch = self._calculated(county, withdrawals=1, at=at)
        services.cancel_payout_batch(batch=batch, by=self.maker, at=at + SOON)

    def exported(self, county: Division, *, at: dt.datetime) -> None:
        """The file is written; the bank has not answered."""
        self._exported(self._calculated(county, withdrawals=1, at=at), at=at)

    def approved(self, county: Division, *, at: dt.datetime) -> None:
        """Approved, no file yet."""
        batch = self._calculated(county, withdrawals=1, at=at)
        services.approve_payout_batch(batch=batch, by=self.checker, at=at)

    def calculated(self, county: Division, *, at: dt.datetime) -> None:
        """Waits for the second officer."""
        self._calculated(county, withdrawals=2, at=at)

    def _calculated(self, county: Division, *, withdrawals: int, at: dt.datetime) -> PayoutBatch:
        self._withdraw(county, withdrawals, at=at)
        return services.prepare_payout_batch(country=COUNTRY, currency=CURRENCY, division=county, by=self.maker, at=at)

    def _exported(self, batch: PayoutBatch, *, at: dt.datetime) -> PayoutBatch:
        services.approve_payout_batch(batch=batch, by=self.checker, at=at)
        services.export_payout_batch(batch=batch, by=self.checker, at=at)
        Job.objects.filter(dedupe_key=f"submit:{batch.file_ref}").delete()  # the sandbox never hears of it
        return batch

    def _submitted(self, county: Division, *, withdrawals: int, at: dt.datetime) -> PayoutBatch:
        batch = self._exported(self._calculated(county, withdrawals=withdrawals, at=at), at=at)
        taken = Result(str(batch.file_ref), Instruction.Kind.PAYOUT_FILE, Status.SUCCEEDED)
        apply(our_ref=batch.file_ref, result=taken, source="answer", at=at)
        return batch

    def _lines(self, batch: PayoutBatch) -> Sequence[PayoutLine]:
        return list(PayoutLine.objects.filter(batch=batch).order_by("line_no"))

    def _says(self, line: PayoutLine, said: str, *, at: dt.datetime, return_code: str | None = None) -> None:
        record_result(
            provider=self.provider,
            our_ref=str(line.pk),
            data={"our_ref": str(line.pk), "status": said, "return_code": return_code},
            source="callback",
            at=at,
            event_type=f"payout.{said}",
        )

    def _withdraw(self, county: Division, count: int, *, at: dt.datetime) -> None:
        """Partners of this county whose floats hold enough take a little out."""
        for station in self.cast.village_stations:
            if count and station.county_id == county.pk and self._can_spare(station):
                partner = self.cast.partners[station.pk]
                account = Account.objects.get(code=chart.float_of(station, partner.pk).code)
                payout_of_withdrawal(account=account, amount=WITHDRAWN, station=station, by=partner, at=at)
                count -= 1

    def _can_spare(self, station: Station) -> bool:
        """Whether the partner has a bank account in use, and enough in the float."""
        payee = self.cast.partners[station.pk].pk.hex
        if not usable_accounts().filter(payee=payee, kind=PayoutAccount.Kind.BANK).exists():
            return False
        key = chart.float_of(station, self.cast.partners[station.pk].pk)
        account = Account.objects.filter(code=key.code).first()
        return account is not None and balance(account).available.minor >= ENOUGH

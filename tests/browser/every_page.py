"""Every page of the console, with somebody who may open it: walked by the browser, completed by an architecture test.

`PAGES` names the addresses of the URLconf; each function gets the demonstration and returns its variants, so that
empty states, refusals and every state of an object are looked at as well.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.timezone import now

from core.fields import uuid7
from core.help import TOPICS
from finance.models import (
    Adjustment,
    BankExplanation,
    BankStatementLine,
    Biller,
    BillFetch,
    CashDay,
    CommissionLine,
    CommissionPlan,
    Complaint,
    DayClose,
    FloatTopUp,
    FloatTransfer,
    LossCase,
    OverShort,
    Payment,
    PayoutAccount,
    PayoutBatch,
    PayoutLine,
    ReconItem,
    Refund,
    Remittance,
    Statement,
    Tariff,
)
from finance.tills.queries import till_balance
from finance.tills.services import count_cash, open_cash_day
from ledger.models import Account
from stations.accounts.models import Device, DevicePin, Post
from stations.models import (
    Contract,
    Death,
    EarlyWarning,
    Guardianship,
    Inspection,
    KpiScore,
    Person,
    PersonMerge,
    PersonRequest,
    RegisterReport,
    Reveal,
    ServicePause,
    Station,
    StationClosing,
    StationDay,
    SupportVisit,
    Termination,
    User,
)
from stations.network.services import ask_closing
from stations.people.models import ConsentText
from stations.people.services import issue_card
from stations.recruitment.models import Certificate
from stations.scores.services import open_warning, score_month
from tests.factories.days import today

ENDS = ("no_dues", "not_found", "failed", "expired")
STORY, OPEN_STATION, TO_CLOSE = "321324-0003", "321324-0004", "321324-0007"


@dataclass(frozen=True)
class PageOf:
    """One page: who opens it (nobody: ""), and where."""

    user: str
    path: str
    status: int = 200


class House:
    """The demonstration as the browser tests use it."""

    @cached_property
    def station(self) -> Station:
        return Station.objects.get(code=STORY)

    @cached_property
    def partner(self) -> User:
        return User.objects.get(username="partner")

    @cached_property
    def waiting(self) -> BillFetch:
        """A bill that is fetched and that nobody has paid."""
        return BillFetch.objects.filter(station=self.station, status="found", payments=None).latest("pk")

    @cached_property
    def payer(self) -> Person:
        return self.waiting.payer

    @cached_property
    def open_day(self) -> CashDay:
        """A day that another station has opened and counted wrong."""
        station = Station.objects.get(code=OPEN_STATION)
        partner = User.objects.get(username="partner3213240004")
        found = CashDay.objects.filter(station=station).exclude(status="closed").first()
        if found is None:
            held = till_balance(station).minor // 10  # so many coins of ten fen
            found = open_cash_day(station=station, lines={10: held} if held else {}, by=partner, at=now())
            count_cash(cash_day=found, lines={100: 7}, by=partner, at=now())
        return found

    def payments(self, **about: Any) -> list[Payment]:
        """One payment of each state."""
        rows = Payment.objects.filter(station=self.station, **about)
        return list(rows.order_by("status", "-pk").distinct("status"))

    def float_transfers(self) -> list[FloatTransfer]:
        """One of each state that this station sent."""
        sent = FloatTransfer.objects.filter(from_station=self.station)
        return list(sent.order_by("status", "-pk").distinct("status"))

    def cash_topups(self) -> list[FloatTopUp]:
        """To be counted, counted, and taken."""
        cash = FloatTopUp.objects.filter(station=self.station, via="cash")
        return [
            cash.get(status="requested", cash=None),
            cash.exclude(cash=None).get(status="requested"),
            cash.get(status="credited"),
        ]

    def recharged(self, status: str) -> Payment:
        """A recharge in this state."""
        return Payment.objects.filter(station=self.station, purpose="recharge", status=status).latest("pk")

    def refunds(self, **about: Any) -> list[Refund]:
        """Money owed back in each state."""
        rows = Refund.objects.filter(station=self.station, **about)
        return list(rows.order_by("status", "-pk").distinct("status"))

    def spendable(self) -> tuple[Any, Any]:
        """A fetched bill, and money owed back to its payer."""
        refund = Refund.objects.filter(station=self.station, status="ready_for_cash").exclude(payment=None).latest("pk")
        Refund.objects.filter(pk=refund.pk).update(receiver=self.payer)
        return self.waiting.pk, refund.pk

    def complaints(self, **about: Any) -> list[Complaint]:
        """One complaint of each state."""
        rows = Complaint.objects.filter(station=self.station, **about)
        return list(rows.order_by("status", "-pk").distinct("status"))

    def own_account(self) -> Account:
        """What the partner has earned."""
        return Account.objects.get(kind="commission", holder=self.partner.pk)

    def recon_items(self) -> list[ReconItem]:
        """One difference of each state, first one that the county reads."""
        of_county = ReconItem.objects.still_open().filter(payment__station=self.station).latest("pk")
        each = ReconItem.objects.order_by("status", "-amount_diff_minor").distinct("status")
        return [of_county, *each]

    def asked_to_write_off(self) -> ReconItem:
        return ReconItem.objects.still_open().exclude(write_off_asked_by=None).latest("pk")

    def differences(self) -> list[OverShort]:
        """One difference of each state, in the village with the change fund."""
        village = OverShort.objects.filter(station__code="321324-0005")
        return list(village.order_by("status", "-pk").distinct("status"))

    def remittances(self) -> list[Remittance]:
        """One remittance of each state and way, of the postpaid station."""
        postpaid = Remittance.objects.filter(station__code=OPEN_STATION)
        return list(postpaid.order_by("status", "via", "-pk").distinct("status", "via"))

    def topup(self, status: str) -> FloatTopUp:
        return FloatTopUp.objects.filter(station=self.station, status=status, via="bank").latest("pk")

    def fetch(self, status: str) -> BillFetch:
        """A bill that was asked for and came to this end."""
        return BillFetch.objects.filter(status=status).latest("pk")

    def batches(self, *statuses: str) -> list[PayoutBatch]:
        """One batch of payouts in each of these states, or in every one that there is."""
        rows = PayoutBatch.objects.filter(status__in=statuses) if statuses else PayoutBatch.objects.all()
        return list(rows.order_by("status", "-pk").distinct("status"))

    def payouts(self) -> list[PayoutLine]:
        """One payout of each state."""
        return list(PayoutLine.objects.order_by("status", "-pk").distinct("status"))

    def payout_accounts(self) -> list[PayoutAccount]:
        """One place to be paid in each state."""
        return list(PayoutAccount.objects.order_by("status", "-pk").distinct("status"))

    def make_fetch(self, status: str) -> BillFetch:
        """Ask for a bill and let it come to this end."""
        expired = {"bill_ref": "B1", "amount_minor": 100, "expires_at": now()} if status == "expired" else {}
        return BillFetch.objects.create(
            station=self.station,
            asked_by=self.partner,
            asked_at=now(),
            biller=self.waiting.biller,
            parameters=self.waiting.parameters,
            payer=self.payer,
            household=self.payer.household,
            status=status,
            currency="CNY",
            **expired,
        )

    def draft(self) -> CommissionPlan:
        return CommissionPlan.objects.get(status="draft")

    def till(self) -> Account:
        return Account.objects.get(code=f"till:{STORY}")

    def make_adjustment(self) -> Adjustment:
        return Adjustment.objects.create(
            account=Account.objects.filter(kind="commission").first() or Account.objects.first(),
            event_type="payment",
            event_id=uuid7().hex,
            amount_minor=1_00,
            currency="CNY",
            reason=Adjustment.Reason.AGREED,
            text="按约定更正",
            made_by=User.objects.get(username="finance"),
            made_at=now(),
        )

    def certificate(self) -> Certificate:
        issued = today()
        return Certificate.objects.get_or_create(
            holder=self.partner,
            subject=Certificate.Subject.CASH_SERVICES,
            defaults={
                "number": "321324000710004215",
                "station": self.station,
                "issued_date": issued,
                "expires_date": issued + dt.timedelta(days=365),
            },
        )[0]

    def closing(self) -> StationClosing:
        """Somebody of the county has asked to close a station."""
        found = StationClosing.objects.filter(status="asked", station__county=self.station.county).first()
        station = Station.objects.select_related("parent").get(code=TO_CLOSE)
        by = User.objects.get(username="manager")
        return found or ask_closing(station=station, actor=by, at=now(), reason="村庄整体搬迁")

    def emergency(self) -> Post:
        """An emergency post that is over and that nobody has reviewed."""
        since = now() - dt.timedelta(hours=3)
        return Post.objects.get_or_create(
            user=User.objects.get(username="partner3213240004"),
            role="helper",
            station=self.station,
            defaults={
                "reach": "station",
                "is_break_glass": True,
                "from_at": since,
                "to_at": since + dt.timedelta(hours=2),
                "reason": "合伙人突发疾病",
                "appointed_by": User.objects.get(username="admin"),
            },
        )[0]

    def device(self) -> Device:
        return Device.objects.get_or_create(
            station=self.station, label="柜台手机", defaults={"registered_by": self.partner, "registered_at": now()}
        )[0]

    def guardianship(self) -> Guardianship:
        here = Person.objects.filter(home_station=self.station, died_date=None)
        guardian = here.filter(birth_date__year__lt=1990).order_by("pk")[0]
        child = here.filter(birth_date__year__gt=2012).order_by("pk")[0]
        return Guardianship.objects.get_or_create(
            child=child,
            guardian=guardian,
            to_date=None,
            defaults={"kind": "grandparent", "from_date": today(), "confirmed_by": self.partner},
        )[0]

    def holder(self) -> Person:
        """Somebody with a live card."""
        holder = Person.objects.filter(home_station=self.station, died_date=None).order_by("pk")[2]
        if not holder.cards.filter(revoked_at=None).exists():
            issue_card(person=holder, by=self.partner, at=now())
        return holder

    def dead(self) -> Person:
        """Somebody whose death was written down."""
        return (
            Death.objects.filter(undone_at=None, person__home_station__county=self.station.county).latest("pk").person
        )

    def contracts(self) -> list[Contract]:
        """One of each state in the county."""
        of_county = Contract.objects.filter(station__county=self.station.county)
        return list(of_county.order_by("status", "kind", "pk").distinct("status"))

    def termination(self) -> Termination:
        """Somebody of the county asks to end a contract."""
        return Termination.objects.filter(status="asked", contract__station__county=self.station.county).latest("pk")

    def two_adults(self) -> list[Person]:
        return list(Person.objects.filter(home_station=self.station, birth_date__year__lt=1985).order_by("pk")[3:5])

    def merge(self, status: str) -> PersonMerge:
        """Two records of which somebody says that they are one person."""
        people = Person.objects.filter(home_station=self.station).exclude(pk=self.payer.pk).order_by("-pk")
        kept, merged = people[0:2] if status == "proposed" else people[2:4]
        ended = {"decided_by": User.objects.get(username="admin"), "decided_at": now()} if status == "merged" else {}
        return PersonMerge.objects.get_or_create(
            kept=kept,
            merged=merged,
            defaults={
                "status": status,
                "reason": "同一张身份证",
                "proposed_by": User.objects.get(username="clerk"),
                "proposed_at": now(),
                **ended,
            },
        )[0]

    def request(self) -> PersonRequest:
        """Somebody has asked to be forgotten."""
        person = Person.objects.filter(home_station=self.station).exclude(pk=self.payer.pk).order_by("-pk")[5]
        return PersonRequest.objects.get_or_create(
            person=person,
            kind="erasure",
            defaults={"asked_by": self.partner, "asked_at": now(), "due_at": now() + dt.timedelta(days=15)},
        )[0]

    def inspection(self, status: str) -> Inspection:
        found = Inspection.objects.filter(station=self.station, status=status).first()
        done = {"done_at": now(), "score": 85, "answers": {"sign_outside": "yes", "till_locked": "no"}}
        return found or Inspection.objects.create(
            station=self.station,
            inspector=User.objects.get(username="manager"),
            planned_date=today(),
            status=status,
            **(done if status == "done" else {}),
        )

    def visit(self) -> SupportVisit:
        standing = EarlyWarning.objects.filter(station=self.station, closed_at=None).first()
        warning = standing or open_warning(
            station=self.station, kind="float_out", figures={"days": 3, "of": 7}, at=now()
        )
        return warning.visit

    def score(self) -> KpiScore:
        """Three months with their scores."""
        first = today().replace(day=1)
        for back in (1, 2, 3):
            month = (first - dt.timedelta(days=28 * back)).replace(day=1)
            if not KpiScore.objects.filter(station=self.station, month=month).exists():
                day = StationDay.objects.get_or_create(
                    station=self.station,
                    date=month,
                    defaults={"open_minutes": 600, "seen_minutes": 500, "services": 9, "float_outs": 1},
                )
                assert day
                score_month(stations=[self.station], month=month)
        return KpiScore.objects.filter(station=self.station).latest("month")

    def report(self) -> RegisterReport:
        return RegisterReport.objects.get_or_create(
            number=self.certificate().number,
            kind="asked_for_money",
            defaults={"county": self.station.county, "text": "要我先交五百元加盟费", "at": now()},
        )[0]

    def closes(self) -> list[DayClose]:
        """One day of each state, the held ones first."""
        return list(DayClose.objects.order_by("-status", "-business_date").distinct("status"))

    def statements(self) -> list[Statement]:
        """One statement of each state."""
        return list(Statement.objects.order_by("status", "-period_to").distinct("status"))

    def own_statement(self) -> Statement:
        return Statement.objects.filter(payee=self.partner.pk.hex).latest("period_to")

    def reveal(self) -> Reveal:
        post = self.partner.posts.first()
        return Reveal.objects.create(
            user=self.partner, person=self.payer, field="phone", reason="customer_present", at=now(), post=post
        )


def make_ready() -> None:
    """What the demonstration lacks for these pages: a PIN on a device, a day counted wrong, ends of bills asked for."""
    house = House()
    device = Device.objects.create(label="柜台电脑", registered_by=house.partner, registered_at=now())
    DevicePin.objects.create(device=device, user=house.partner, pin_hash="none")
    assert house.open_day
    for status in ENDS:
        house.make_fetch(status)
    house.make_adjustment()
    house.certificate()
    for make in (house.closing, house.emergency, house.device, house.guardianship, house.holder, house.report):
        make()


def _one(user: str, name: str, *args: Any, query: str = "", status: int = 200) -> PageOf:
    return PageOf(user, reverse(name, args=args) + query, status)


def _person(name: str, *more: Any) -> Callable[[House], list[PageOf]]:
    return lambda house: [_one("partner", name, house.payer.pk, *more)]


def _plain(user: str, name: str, *args: Any) -> Callable[[House], list[PageOf]]:
    return lambda house: [_one(user, name, *args)]


PAGES: dict[str, Callable[[House], list[PageOf]]] = {
    "home": lambda house: [
        _one("partner", "home"),
        _one("partner3213240004", "home"),
        _one("manager", "home"),
        _one("finance", "home"),
    ],
    "bills:choose": lambda house: [
        _one("partner", "bills:choose"),
        _one("partner", "bills:choose", query=f"?person={house.payer.pk}"),
    ],
    "bills:ask": lambda house: [
        _one("partner", "bills:ask", code, query=f"?person={house.payer.pk}")
        for code in Biller.objects.values_list("code", flat=True)
    ],
    "bills:check": lambda house: [
        _one("partner", "bills:check", house.waiting.pk),
        *(_one("partner", "bills:check", house.fetch(status).pk) for status in ENDS),
    ],
    "recharge:choose": lambda house: [
        _one("partner", "recharge:choose"),
        _one("partner", "recharge:choose", query=f"?person={house.payer.pk}"),
    ],
    "payments:ask-back": lambda house: [
        _one("partner", "payments:ask-back", house.recharged(status).pk) for status in ("succeeded", "reversal_asked")
    ],
    "tills:till": lambda house: [_one("partner", "tills:till"), _one("partner3213240004", "tills:till")],
    "tills:open": _plain("partner", "tills:open"),
    "tills:day": lambda house: [_one("partner3213240004", "tills:day", house.open_day.pk)],
    "tills:count": lambda house: [_one("partner3213240004", "tills:count", house.open_day.pk)],
    "tills:differences": lambda house: [_one("partner", "tills:differences"), _one("manager", "tills:differences")],
    "tills:difference": lambda house: [
        *(_one("partner3213240005", "tills:difference", each.pk) for each in house.differences()),
        *(_one("manager", "tills:difference", each.pk) for each in house.differences()),
        *(_one("finance2", "tills:difference", each.pk) for each in house.differences()),
    ],
    "tills:remittances": lambda house: [
        _one("partner3213240004", "tills:remittances"),
        _one("clerk", "tills:remittances"),
    ],
    "tills:declare": lambda house: [
        _one("partner", "tills:declare"),
        _one("clerk", "tills:declare", query=f"?station={OPEN_STATION}"),
    ],
    "tills:remittance": lambda house: [
        *(_one("partner3213240004", "tills:remittance", each.pk) for each in house.remittances()),
        *(_one("clerk", "tills:remittance", each.pk) for each in house.remittances()),
    ],
    "tills:losses": lambda house: [_one("partner", "tills:losses"), _one("finance", "tills:losses")],
    "tills:report-loss": _plain("partner3213240004", "tills:report-loss"),
    "tills:loss": lambda house: [
        _one("finance", "tills:loss", each.pk) for each in LossCase.objects.order_by("status").distinct("status")
    ],
    "cash:county": lambda house: [_one("clerk", "cash:county"), _one("finance", "cash:county")],
    "cash:known-errors": _plain("", "cash:known-errors"),
    "floats:float": lambda house: [_one("partner", "floats:float"), _one("partner3213240005", "floats:float")],
    "floats:send": _plain("partner", "floats:send"),
    "floats:withdraw": _plain("partner", "floats:withdraw"),
    "floats:transfer": lambda house: [
        *(_one("partner", "floats:transfer", each.pk) for each in house.float_transfers()),
        _one("partner3213240005", "floats:transfer", house.float_transfers()[-1].pk),
    ],
    "floats:stations": lambda house: [
        _one("manager", "floats:stations"),
        _one("finance", "floats:stations", query="?level=low"),
    ],
    "floats:station": lambda house: [
        _one("manager", "floats:station", "321324-0005"),
        _one("finance", "floats:station", STORY),
    ],
    "floats:rules": _plain("finance", "floats:rules", STORY),
    "floats:count_cash": lambda house: [_one("clerk", "floats:count_cash", house.cash_topups()[0].pk)],
    "floats:topups": lambda house: [_one("clerk", "floats:topups"), _one("finance", "floats:topups")],
    "floats:topup": lambda house: [
        _one("partner", "floats:topup", house.topup("requested").pk),
        _one("clerk", "floats:topup", house.topup("requested").pk),
        _one("finance", "floats:topup", house.topup("funds_seen").pk),
        _one("partner", "floats:topup", house.topup("rejected").pk),
        *(_one("clerk", "floats:topup", each.pk) for each in house.cash_topups()),
    ],
    "payouts:batches": lambda house: [_one("finance", "payouts:batches"), _one("auditor", "payouts:batches")],
    "payouts:batch": lambda house: [
        *(_one("finance", "payouts:batch", batch.pk) for batch in house.batches()),
        _one("finance2", "payouts:batch", house.batches("calculated")[0].pk),
    ],
    "payouts:sheet": lambda house: [_one("finance", "payouts:sheet", house.batches("submitted")[0].pk)],
    "payouts:payout": lambda house: [_one("finance", "payouts:payout", line.pk) for line in house.payouts()],
    "payouts:returns": _plain("finance", "payouts:returns"),
    "payouts:came_back": lambda house: [
        _one("finance", "payouts:came_back", came.pk) for came in BankExplanation.objects.came_back()
    ],
    "payouts:payees": _plain("finance", "payouts:payees"),
    "payouts:payee": lambda house: [_one("finance", "payouts:payee", home.pk) for home in house.payout_accounts()],
    "payouts:mine": lambda house: [_one("partner", "payouts:mine"), _one("helper", "payouts:mine")],
    "payouts:account": _plain("partner", "payouts:account"),
    "fees:earnings": lambda house: [_one("partner", "fees:earnings"), _one("helper", "fees:earnings")],
    "fees:why": lambda house: [
        _one("partner", "fees:why", CommissionLine.objects.filter(account__holder=house.partner.pk).latest("pk").pk)
    ],
    "settlement:closes": lambda house: [
        _one("finance", "settlement:closes"),
        _one("manager", "settlement:closes"),
        _one("auditor", "settlement:closes"),
    ],
    "settlement:day": lambda house: [_one("finance", "settlement:day", each.pk) for each in house.closes()],
    "settlement:statements": lambda house: [
        _one("finance", "settlement:statements"),
        _one("finance", "settlement:statements", query="?status=paid&payee=nobody"),
    ],
    "settlement:own_statements": lambda house: [
        _one("partner", "settlement:own_statements"),
        _one("helper", "settlement:own_statements"),
    ],
    "settlement:statement": lambda house: [
        *(_one("finance", "settlement:statement", each.pk) for each in house.statements()),
        _one("partner", "settlement:statement", house.own_statement().pk),
    ],
    "settlement:paper": lambda house: [_one("partner", "settlement:paper", house.own_statement().pk)],
    "fees:plans": lambda house: [
        _one("finance", "fees:plans"),
        _one("auditor", "fees:plans", query="?status=retired"),
    ],
    "fees:plan": lambda house: [
        *(_one("finance2", "fees:plan", each.pk) for each in CommissionPlan.objects.order_by("pk")),
        _one("finance", "fees:plan", house.draft().pk),
        _one("auditor", "fees:plan", house.draft().pk),
    ],
    "fees:new_plan": lambda house: [
        _one("finance", "fees:new_plan"),
        _one("finance", "fees:new_plan", query=f"?like={CommissionPlan.objects.earliest('pk').pk}"),
    ],
    "fees:new_rule": lambda house: [_one("finance", "fees:new_rule", house.draft().pk)],
    "fees:rule": lambda house: [
        _one("finance", "fees:rule", house.draft().pk, rule.position) for rule in house.draft().rules.all()
    ],
    "fees:tariffs": lambda house: [
        _one("finance", "fees:tariffs"),
        _one("auditor", "fees:tariffs", query="?state=past"),
    ],
    "fees:tariff": lambda house: [_one("finance", "fees:tariff", each.pk) for each in Tariff.objects.order_by("pk")],
    "fees:new_tariff": _plain("finance", "fees:new_tariff"),
    "fees:wall": _plain("partner", "fees:wall"),
    "prices:tariff": _plain("", "prices:tariff", STORY),
    "books:books": lambda house: [_one("finance", "books:books"), _one("auditor", "books:books")],
    "books:trial": lambda house: [
        _one("finance", "books:trial", "CN"),
        _one("finance", "books:trial", "CN", query=f"?date={today()}&kind=till"),
        _one("finance", "books:trial", "CN", query="?date=never", status=422),
    ],
    "books:months": _plain("finance", "books:months", "CN"),
    "books:account": lambda house: [
        _one("finance", "books:account", "CN", house.till().pk, query=f"?day={today()}&clock=12:00"),
        _one("finance", "books:account", "CN", house.till().pk, query="?day=never", status=422),
    ],
    "fees:adjustments": lambda house: [_one("finance2", "fees:adjustments")],
    "fees:adjustment": lambda house: [_one("finance2", "fees:adjustment", Adjustment.objects.latest("pk").pk)],
    "recon:board": lambda house: [
        _one("finance", "recon:board"),
        _one("finance", "recon:board", query="?kind=bank_line"),
        _one("finance", "recon:board", query="?kind=late&age=7"),
        _one("manager", "recon:board"),
    ],
    "recon:item": lambda house: [
        *(_one("finance", "recon:item", each.pk) for each in house.recon_items()),
        _one("finance2", "recon:item", house.asked_to_write_off().pk),
        _one("manager", "recon:item", house.recon_items()[0].pk),
    ],
    "recon:bank_line": lambda house: [
        _one("finance", "recon:bank_line", line.pk)
        for line in BankStatementLine.objects.filter(line_ref__in=["DEMO-R1", "DEMO-R3"])
    ],
    "recon:import": _plain("finance", "recon:import"),
    "recon:files": _plain("finance", "recon:files"),
    "recon:risks": _plain("finance", "recon:risks"),
    "payments:payments": lambda house: [
        _one("partner", "payments:payments"),
        _one("partner", "payments:payments", query="?amount=999.99"),
        _one("manager", "payments:payments"),
        _one("finance", "payments:payments", query="?state=manual_review"),
    ],
    "payments:payment": lambda house: [
        *(_one("partner", "payments:payment", each.pk) for each in house.payments()),
        *(_one("partner", "payments:payment", each.pk) for each in house.payments(method="online")),
        _one("finance", "payments:payment", house.payments(status="manual_review")[0].pk),
        _one("manager", "payments:payment", house.payments(status="succeeded")[0].pk),
    ],
    "payments:receipt": lambda house: [
        *(_one("partner", "payments:receipt", each.pk) for each in house.payments()),
        _one("partner", "payments:receipt", house.payments()[0].pk, query="?size=a4"),
    ],
    "payments:refund": lambda house: [
        *(_one("partner", "payments:refund", each.pk) for each in house.refunds()),
        _one("clerk", "payments:refund", house.refunds(status="ready_for_cash")[0].pk),
        _one("finance", "payments:refund", house.refunds(status="failed")[0].pk),
    ],
    "payments:refunds": lambda house: [_one("partner", "payments:refunds"), _one("clerk", "payments:refunds")],
    "bills:spend": lambda house: [_one("partner", "bills:spend", *house.spendable())],
    "complaints:complaints": lambda house: [
        _one("partner", "complaints:complaints"),
        _one("finance", "complaints:complaints"),
        _one("manager331124", "complaints:complaints"),
    ],
    "complaints:county_complaints": _plain("manager", "complaints:county_complaints"),
    "complaints:complaint": lambda house: [
        *(_one("manager", "complaints:complaint", each.pk) for each in house.complaints()),
        *(_one("finance", "complaints:complaint", each.pk) for each in house.complaints(entry__isnull=False)),
        _one("partner", "complaints:complaint", house.complaints()[0].pk),
    ],
    "complaints:complain": lambda house: [_one("partner", "complaints:complain", house.payments()[0].pk)],
    "complaints:account": lambda house: [_one("partner", "complaints:account", house.own_account().code)],
    "complaints:dispute": lambda house: [_one("partner", "complaints:dispute", house.own_account().code, 1)],
    "slips:verify": lambda house: [
        *(_one("", "slips:verify", each.receipts.latest("pk").verify_code) for each in house.payments()),
        _one("", "slips:verify", "nobody-gave-this", status=404),
    ],
    "core:help": _plain("", "core:help"),
    "core:help-topic": lambda house: [_one("", "core:help-topic", topic.name) for topic in TOPICS],
    "core:components": _plain("", "core:components"),
    "accounts:sign_in": lambda house: [_one("", "accounts:sign_in")],
    "accounts:first_sign_in": _plain("", "accounts:first_sign_in"),
    "accounts:ask_code": _plain("", "accounts:ask_code"),
    "accounts:forgotten": _plain("", "accounts:forgotten"),
    "accounts:me": lambda house: [_one("partner", "accounts:me"), _one("finance", "accounts:me")],
    "accounts:pin": _plain("partner", "accounts:pin"),
    "accounts:password": _plain("partner", "accounts:password"),
    "accounts:second_factor": _plain("helper", "accounts:second_factor"),
    "accounts:revoke_device": lambda house: [
        _one("partner", "accounts:revoke_device", house.partner.device_pins.latest("pk").device_id)
    ],
    "accounts:posts": _plain("manager", "accounts:posts"),
    "accounts:appoint_post": _plain("manager", "accounts:appoint_post"),
    "accounts:post": lambda house: [_one("manager", "accounts:post", house.partner.posts.first().pk)],
    "accounts:end_post": lambda house: [_one("manager", "accounts:end_post", house.partner.posts.first().pk)],
    "accounts:issue_code": lambda house: [_one("manager", "accounts:issue_code", house.partner.posts.first().pk)],
    "inbox:messages": lambda house: [_one("partner", "inbox:messages"), _one("auditor", "inbox:messages")],
    "people:find": lambda house: [
        _one("partner", "people:find"),
        _one("partner", "people:find", query="?q=wang"),
        _one("partner", "people:find", query="?q=wang&scope=county"),
        _one("partner", "people:find", query="?q=qqqqqq"),
        _one("partner", "people:find", query="?q=12"),
    ],
    "people:new": lambda house: [_one("partner", "people:new"), _one("partner", "people:new", query="?name=wang")],
    "people:person": lambda house: [
        _one("partner", "people:person", house.payer.pk),
        _one("clerk", "people:person", house.payer.pk),
    ],
    "people:edit": _person("people:edit"),
    "people:household": lambda house: [
        _one("partner", "people:household", house.payer.pk),
        *(
            _one("partner", "people:household", alone.pk)
            for alone in Person.objects.filter(home_station=house.station, household=None)[:1]
        ),
    ],
    "people:new-household": _person("people:new-household"),
    "people:move": _person("people:move"),
    "people:history": _person("people:history"),
    "people:phone": _person("people:phone"),
    "people:consents": _person("people:consents"),
    "people:consent": lambda house: [
        _one("partner", "people:consent", house.payer.pk, purpose)
        for purpose in ConsentText.objects.values_list("purpose", flat=True).distinct()
    ],
    "people:reveal": _person("people:reveal", "phone"),
    "people:revealed": lambda house: [_one("partner", "people:revealed", house.reveal().pk)],
    "network:sign": lambda house: [
        PageOf("", reverse("network:sign", args=[code])) for code in (STORY, "321324-0008", "321324-0009")
    ],
    "network:station": lambda house: [_one("partner", "network:station"), _one("helper", "network:station")],
    "network:exception": _plain("partner", "network:exception"),
    "network:closing": _plain("partner", "network:closing"),
    "network:paper_sign": _plain("partner", "network:paper_sign"),
    "network:county_stations": _plain("manager", "network:county_stations"),
    "network:county_station": lambda house: [
        _one("manager", "network:county_station", code) for code in (STORY, "321324-0008", "321324-0009")
    ],
    "network:hours": _plain("manager", "network:hours", STORY),
    "network:switch": _plain("manager", "network:switch", STORY, "recharge", "off"),
    "network:move": lambda house: [
        _one("manager", "network:move", STORY, slug) for slug in ("suspend", "close-temporarily")
    ],
    "network:close": lambda house: [
        _one("manager", "network:close", STORY),
        _one("manager", "network:close", house.closing().station.code),
    ],
    "network:reopening": _plain("partner", "network:reopening"),
    "duplicates:duplicates": lambda house: [house.merge("proposed") and _one("manager", "duplicates:duplicates")],
    "duplicates:propose": lambda house: [
        _one("manager", "duplicates:propose", *(person.pk for person in house.two_adults()))
    ],
    "duplicates:merge": lambda house: [
        _one("manager", "duplicates:merge", house.merge(status).pk) for status in ("proposed", "merged")
    ],
    "contracts:contract": lambda house: [
        *(_one("manager", "contracts:contract", each.pk) for each in house.contracts()),
        _one("manager2", "contracts:contract", house.termination().contract_id),
    ],
    "contracts:move": lambda house: [
        *(_one("manager", "contracts:move", house.contracts()[0].pk, slug) for slug in ("suspend", "terminate")),
    ],
    "archive:proposals": lambda house: [
        _one("manager", "archive:proposals"),
        _one("manager331124", "archive:proposals"),
    ],
    "inspections:inspections": lambda house: [house.visit() and _one("manager", "inspections:inspections")],
    "inspections:plan": _plain("manager", "inspections:plan", STORY),
    "inspections:inspection": lambda house: [
        _one("manager", "inspections:inspection", house.inspection(status).pk) for status in ("planned", "done")
    ],
    "inspections:visit": lambda house: [_one("manager", "inspections:visit", house.visit().pk)],
    "scores:score": lambda house: [
        house.score() and _one("partner", "scores:score"),
        _one("partner3213240004", "scores:score"),
    ],
    "scores:station": lambda house: [house.score() and _one("manager", "scores:station", STORY)],
    "scores:county": lambda house: [house.score() and _one("manager", "scores:county")],
    "rights:rights": lambda house: [
        _one("partner", "rights:rights", house.payer.pk),
        _one("partner", "rights:rights", house.request().person_id),
    ],
    "core:scan": lambda house: [_one("", "core:scan"), _one("partner", "core:scan", query="?code=nothing")],
    "accounts:break_glass": _plain("manager", "accounts:break_glass"),
    "accounts:emergencies": lambda house: [_one("manager", "accounts:emergencies")],
    "accounts:review_post": lambda house: [_one("manager", "accounts:review_post", house.emergency().pk)],
    "accounts:device": lambda house: [_one("partner", "accounts:device", house.device().pk)],
    "accounts:move_device": lambda house: [
        _one("manager", "accounts:move_device", house.device().pk, slug) for slug in ("quarantine", "revoke")
    ],
    "people:guardians": lambda house: [
        _one("partner", "people:guardians", house.payer.pk),
        _one("partner", "people:guardians", house.guardianship().child_id),
    ],
    "people:new-guardian": lambda house: [
        _one("partner", "people:new-guardian", house.guardianship().child_id),
        _one("partner", "people:new-guardian", house.payer.pk, query=f"?guardian={house.guardianship().guardian_id}"),
    ],
    "people:end-guardian": lambda house: [_one("partner", "people:end-guardian", house.guardianship().pk)],
    "people:name-head": _person("people:name-head"),
    "people:settle": _person("people:settle"),
    "people:card": lambda house: [
        _one("partner", "people:card", house.payer.pk),
        _one("partner", "people:card", house.holder().pk),
    ],
    "people:print-card": lambda house: [_one("partner", "people:print-card", house.holder().pk)],
    "people:death": _person("people:death"),
    "people:undo-death": lambda house: [
        _one("manager", "people:undo-death", house.dead().pk),
        _one("manager", "people:person", house.dead().pk),
    ],
    "recruitment:report": lambda house: [
        _one("", "recruitment:report", house.certificate().number),
        _one("", "recruitment:report", house.certificate().number, query="?sent=1"),
    ],
    "recruitment:reports": _plain("manager", "recruitment:reports"),
    "recruitment:register_report": lambda house: [_one("manager", "recruitment:register_report", house.report().pk)],
    "recruitment:photograph": lambda house: [_one("manager", "recruitment:photograph", house.certificate().number)],
    "network:pause": _plain("manager", "network:pause"),
    "network:end_pause": lambda house: [
        _one("manager330122", "network:end_pause", ServicePause.objects.latest("pk").pk)
    ],
    "recruitment:register": lambda house: [
        _one("", "recruitment:register", house.certificate().number),
        _one("", "recruitment:register", "321324000710004223", status=422),
    ],
    "recruitment:certificate": lambda house: [_one("partner", "recruitment:certificate", house.certificate().number)],
}

#: Addresses that answer, but not with a page of the console.
NOT_PAGES = {
    *("recon:assign", "recon:resolve", "recon:ask_write_off", "recon:write_off", "recon:explain"),
    *("payouts:calculate", "payouts:release", "payouts:export", "payouts:cancel", "payouts:file", "payouts:reissue"),
    "payouts:match",
    *("payouts:confirm", "payouts:restrict", "payouts:release-payee", "payouts:reject"),
    *("settlement:close_day", "settlement:table"),
    *("tills:open-as-left", "tills:close", "tills:resume", "tills:hand-over"),
    *(f"tills:difference-{act}" for act in ("explain", "dispute", "propose", "charge", "absorb", "decide", "return")),
    *(f"tills:remittance-{act}" for act in ("sign", "pay-in", "receive", "match", "cancel")),
    *("tills:loss-insurance", "tills:loss-close"),
    *("floats:match", "floats:credit", "floats:reject", "fees:approve", "fees:reject"),
    *("fees:approve_plan", "fees:retire_plan", "fees:discard_plan", "fees:rule_act"),
    *("fees:end_tariff", "fees:withdraw_tariff", "prices:tariff_picture", "books:table"),
    *(
        "floats:accept",
        "floats:decline",
        "floats:recall",
        "floats:take_cash",
        "floats:clear",
        "bills:remind",
        "bills:stop_reminding",
    ),
    *("complaints:assign", "complaints:ask", "complaints:resolve", "complaints:reopen", "complaints:decide"),
    *(
        "payments:cancel",
        "payments:printed",
        "payments:send-code",
        "payments:pay-qr",
        "payments:propose",
        "payments:decide",
        "payments:call",
        "payments:retry",
        "payments:recover",
        "payments:send-reversal-code",
        "recharge:check",
        "recharge:pay",
        "people:send-code",
        "people:withdraw",
        "people:take-up",
        "people:send-consent-code",
    ),
    *("rights:export", "rights:erase", "rights:withdraw"),
    *("duplicates:approve", "duplicates:refuse", "duplicates:undo", "inspections:call_off"),
    *("people:stop-card", "people:card-picture", "recruitment:photo"),
    *("contracts:terminate", "contracts:withdraw"),
    *("network:confirm_closing", "network:withdraw_closing"),
    *("slips:qr", "network:sign_picture", "recruitment:picture", "accounts:second_factor_picture", "core:file"),
    *("core:livez", "core:readyz", "core:metrics", "core:language", "core:csp-report"),
    *("core:service-worker", "core:manifest", "accounts:sign_out", "accounts:end_sessions"),
}

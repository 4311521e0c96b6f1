"""Every address of the house, an object for each, and somebody who tries them."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils.timezone import now

from core.fields import uuid7
from finance.models import (
    Adjustment,
    BankExplanation,
    BankStatementLine,
    CashDay,
    CommissionPlan,
    Complaint,
    DayClose,
    FloatTopUp,
    FloatTransfer,
    LossCase,
    OverShort,
    PayoutLine,
    ReconItem,
    Refund,
    Remittance,
    Tariff,
)
from finance.tills.services import open_cash_day
from ledger.models import Account
from stations.models import (
    ArchiveProposal,
    Certificate,
    Consent,
    ConsentText,
    Contract,
    Device,
    Guardianship,
    Inspection,
    Person,
    PersonMerge,
    PersonRequest,
    Post,
    RegisterReport,
    Service,
    ServicePause,
    StationClosing,
    SupportVisit,
    Termination,
)
from stations.network.services import pause_service
from stations.people.services import issue_card
from stations.recruitment.numbers import with_check_digits
from stations.scores.services import open_warning
from tests.architecture.test_doors import OTHERS, doors, view_of
from tests.demonstration import World, taken_back
from tests.factories.days import today
from tests.factories.stations import DeviceFactory, token_for

#: Answered by their own rules, tried by their own tests.
APART = re.compile(
    r"api/v1/gateways/|(livez|readyz|metrics|csp/|sw\.js|manifest\.webmanifest|components/)$"
    r"|sign-|api/v1/device-tokens/$|language/$"
)

#: The noun of an address -> the verb that reads it, and how one at the story's station is had.
NOUNS: dict[str, tuple[str, Any]] = {
    "devices": ("stations.read_device", lambda world: {"device_id": device_of(world).pk, "slug": "revoke"}),
    "posts": ("stations.read_post", lambda world: {"post_id": post_of(world, "helper").pk}),
    "users": ("stations.read_post", lambda world: {"username": "helper"}),
    "people": ("stations.read_person", lambda world: {"person_id": world.resident.pk} | SLUGS),
    "requests": ("stations.read_person", lambda world: {"request_id": request_at(world).pk}),
    "person-requests": ("stations.read_person", lambda world: {"request_id": request_at(world).pk}),
    "guardianships": ("stations.read_person", lambda world: {"guardianship_id": guardianship_at(world).pk}),
    "station-closings": ("stations.read_station", lambda world: {"closing_id": closing_at(world).pk}),
    "register-reports": ("stations.read_register_report", lambda world: {"report_id": report_at(world).pk}),
    "reports": ("stations.read_register_report", lambda world: {"report_id": report_at(world).pk}),
    "duplicates": (
        "stations.read_person",
        lambda world: {"one": world.resident.pk, "other": merge_at(world).merged_id},
    ),
    "merges": ("stations.read_person_merge", lambda world: {"merge_id": merge_at(world).pk}),
    "person-merges": ("stations.read_person_merge", lambda world: {"merge_id": merge_at(world).pk}),
    "archive-proposals": (
        "stations.read_archive_proposal",
        lambda world: {"proposal_id": archive_proposal_at(world).pk},
    ),
    "contracts": (
        "stations.read_contract",
        lambda world: {
            "contract_id": contract_at(world).pk,
            "slug": "suspend",
            "termination_id": termination_at(world).pk,
        },
    ),
    "contract-terminations": ("stations.read_contract", lambda world: {"termination_id": termination_at(world).pk}),
    "inspections": ("stations.read_inspection", lambda world: {"inspection_id": inspection_at(world).pk}),
    "visits": ("stations.read_support_visit", lambda world: {"visit_id": visit_at(world).pk}),
    "support-visits": ("stations.read_support_visit", lambda world: {"visit_id": visit_at(world).pk}),
    "consents": ("stations.read_person", lambda world: {"consent_id": consent_at(world).pk}),
    "households": ("stations.read_person", lambda world: {"household_id": world.resident.household_id}),
    "stations": (
        "stations.read_station",
        lambda world: {"code": world.station.code, "closing_id": closing_at(world).pk} | SLUGS,
    ),
    "certificates": ("stations.read_station", lambda world: {"number": certificate_at(world).number}),
    "service-pauses": ("stations.read_service_pause", lambda world: {"pause_id": pause_of(world).pk}),
    "pauses": ("stations.read_service_pause", lambda world: {"pause_id": pause_of(world).pk}),
    "bill-fetches": ("finance.read_bill", lambda world: {"pk": world.fetch.pk}),
    "bills": (
        "finance.read_bill",
        lambda world: {"pk": world.fetch.pk, "code": "JS-POWER", "refund": spendable_at(world).pk},
    ),
    "payments": ("finance.read_payment", lambda world: {"pk": world.payment().pk}),
    "complaints": ("finance.read_complaint", lambda world: {"pk": complaint_at(world).pk}),
    "refunds": ("finance.read_refund", lambda world: {"pk": world.refund.pk}),
    "cash-days": ("finance.read_cash_day", lambda world: {"pk": day_at(world).pk}),
    "tills": ("finance.read_cash_day", lambda world: {"pk": day_at(world).pk}),
    "transfers": ("finance.read_float_transfer", lambda world: {"pk": float_transfer_at(world).pk}),
    "float-transfers": ("finance.read_float_transfer", lambda world: {"pk": float_transfer_at(world).pk}),
    "float-forecasts": ("stations.read_station", lambda world: {"code": world.station.code}),
    "over-shorts": ("finance.read_over_short", lambda world: {"pk": of_station(OverShort, world).pk}),
    "differences": ("finance.read_over_short", lambda world: {"pk": of_station(OverShort, world).pk}),
    "remittances": ("finance.read_remittance", lambda world: {"pk": of_station(Remittance, world).pk}),
    "loss-cases": ("finance.read_loss_case", lambda world: {"pk": of_station(LossCase, world).pk}),
    "losses": ("finance.read_loss_case", lambda world: {"pk": of_station(LossCase, world).pk}),
    "topups": ("finance.read_topup", lambda world: {"pk": topup_at(world).pk}),
    "billers": ("", lambda world: {"code": "JS-POWER"}),
    "commission-plans": ("", lambda world: {"pk": CommissionPlan.objects.order_by("pk")[0].pk}),
    "statements": ("", lambda world: {"pk": uuid7()}),
    "days": ("finance.read_book_day", lambda world: {"pk": close_of(world).pk}),
    "day-closes": ("finance.read_book_day", lambda world: {"pk": close_of(world).pk}),
    "adjustments": ("finance.read_adjustment", lambda world: {"pk": adjustment().pk}),
    "payout-batches": ("finance.read_payout_batch", lambda world: {"pk": payout().batch_id}),
    "batches": ("finance.read_payout_batch", lambda world: {"pk": payout().batch_id}),
    "payouts": ("finance.read_payout", lambda world: {"pk": payout().pk}),
    "payout-returns": ("finance.read_bank_statement", lambda world: {"pk": came_back().pk}),
    "returns": ("finance.read_bank_statement", lambda world: {"pk": came_back().pk}),
    "payout-accounts": ("finance.read_payout_account", lambda world: {"pk": payout().payout_account_id}),
    "payees": ("finance.read_payout_account", lambda world: {"pk": payout().payout_account_id}),
    "books": ("", lambda world: {"code": "CN", "pk": Account.objects.get(code=f"till:{world.station.code}").pk}),
    "register": ("", lambda world: {"number": "321324000310000000"}),
    "recon-items": ("finance.read_recon_item", lambda world: {"pk": recon_item_at(world).pk}),
    "recon": ("finance.read_recon_item", lambda world: {"pk": recon_item_at(world).pk}),
    "bank-lines": ("finance.read_bank_statement", lambda world: {"pk": bank_line_of(world).pk}),
    "files": ("", lambda world: {"pk": uuid7()}),
    "accounts": ("", lambda world: {"code": f"float:{world.elsewhere.code}", "month": "2026-01", "version": 1}),
    "earnings": ("", lambda world: {"pk": uuid7()}),
    "fees": ("", lambda world: {"pk": uuid7()}),
    "plans": ("", lambda world: {"pk": CommissionPlan.objects.get(status="draft").pk, "position": 1}),
    "tariffs": ("", lambda world: {"pk": Tariff.objects.order_by("pk")[0].pk}),
    "reveals": ("", lambda world: {"reveal_id": 2**40}),
    "receipts": ("", lambda world: {"number": "321324-0003-260101-AAAAAA"}),
    "receipt": ("", lambda world: {"code": "AAAAAAAA"}),
    "help": ("", lambda world: {"name": "bill"}),
    "s": ("", lambda world: {"code": world.station.code}),
    "r": ("", lambda world: {"number": "321324000310000000"}),
}
SLUGS = {"service": "bill_payment", "way": "on", "slug": "suspend", "purpose": "sms_notice", "field": "phone"}


def device_of(world: World) -> Device:
    return Device.objects.filter(station=world.station).order_by("pk")[0]


def post_of(world: World, username: str) -> Post:
    return Post.objects.get(user__username=username)


def consent_at(world: World) -> Consent:
    return Consent.objects.filter(person=world.resident)[0]


def guardianship_at(world: World) -> Guardianship:
    return Guardianship.objects.filter(child=world.resident)[0]


def closing_at(world: World) -> StationClosing:
    return StationClosing.objects.filter(station=world.station)[0]


def report_at(world: World) -> RegisterReport:
    return RegisterReport.objects.filter(county=world.station.county)[0]


def request_at(world: World) -> PersonRequest:
    return PersonRequest.objects.filter(person=world.resident)[0]


def merge_at(world: World) -> PersonMerge:
    return PersonMerge.objects.filter(kept=world.resident)[0]


def archive_proposal_at(world: World) -> ArchiveProposal:
    return ArchiveProposal.objects.filter(person=world.resident)[0]


def contract_at(world: World) -> Contract:
    return Contract.objects.get(station=world.station, kind="partner", status__in=Contract.RUNNING)


def termination_at(world: World) -> Termination:
    return Termination.objects.filter(contract=contract_at(world))[0]


def inspection_at(world: World) -> Inspection:
    return Inspection.objects.filter(station=world.station, status="planned")[0]


def visit_at(world: World) -> SupportVisit:
    return SupportVisit.objects.filter(station=world.station, status="due")[0]


def pause_of(world: World) -> ServicePause:
    return ServicePause.objects.get(division=world.station.county)


def spendable_at(world: World) -> Refund:
    """Money owed back to the payer of the bill that waits."""
    refund = world.refund
    Refund.objects.filter(pk=refund.pk).update(receiver=world.fetch.payer)
    return refund


def complaint_at(world: World) -> Complaint:
    return Complaint.objects.filter(station=world.station, entry=None).order_by("pk")[0]


def day_at(world: World) -> CashDay:
    return CashDay.objects.filter(station=world.station).order_by("-pk")[0]


def of_station(model: Any, world: World) -> Any:
    """The newest row of this kind at the story's station."""
    return model.objects.filter(station=world.station).order_by("-pk")[0]


def close_of(world: World) -> DayClose:
    return DayClose.objects.filter(county=world.station.county).latest("business_date")


def adjustment() -> Adjustment:
    return Adjustment.objects.order_by("pk")[0]


def payout() -> PayoutLine:
    return PayoutLine.objects.exclude(batch=None).order_by("pk")[0]


def came_back() -> BankExplanation:
    return BankExplanation.objects.waiting().order_by("pk")[0]


def certificate_at(world: World) -> Certificate:
    return Certificate.objects.filter(station=world.station)[0]


def recon_item_at(world: World) -> ReconItem:
    return ReconItem.objects.still_open().filter(payment__station=world.station).order_by("-pk")[0]


def bank_line_of(world: World) -> BankStatementLine:
    return BankStatementLine.objects.unexplained().order_by("-pk")[0]


def topup_at(world: World) -> FloatTopUp:
    return FloatTopUp.objects.filter(station=world.station).order_by("-pk")[0]


def float_transfer_at(world: World) -> FloatTransfer:
    """One that stays in the county, so that no stranger is at its other end."""
    return FloatTransfer.objects.filter(from_station=world.station, status="sent").order_by("-pk")[0]


def add_what_is_missing(world: World) -> None:
    """What the demonstration does not have at the story's station."""
    partner = world.user("partner")
    DeviceFactory(station=world.station)
    Certificate.objects.create(
        holder=partner,
        subject="partner",
        number=with_check_digits("3213240003100001"),
        station=world.station,
        issued_date=today(),
        expires_date=today() + dt.timedelta(days=700),
    )
    county = world.station.county
    pause_service(
        service=Service.objects.get(code="parcel_pickup"), division=county, actor=partner, at=now(), reason="系统维护"
    )
    if not CashDay.objects.filter(station=world.station).exists():
        open_cash_day(station=world.station, lines={}, by=partner, at=now())
    if not Adjustment.objects.exists():
        Adjustment.objects.create(
            account=Account.objects.filter(kind="commission").order_by("pk")[0],
            event_type="payment",
            event_id=str(world.payment().pk),
            amount_minor=-1_00,
            currency="CNY",
            reason="duplicate",
            text="算了两次",
            made_by=world.user("finance"),
            made_at=now(),
        )
    adults = Person.objects.filter(home_station=world.station, birth_date__year__lt=1990)
    adult = adults.exclude(pk=world.resident.pk).order_by("pk")[0]
    Guardianship.objects.create(
        child=world.resident, guardian=adult, kind="other_kin", from_date=today(), confirmed_by=partner
    )
    PersonMerge.objects.create(
        kept=world.resident, merged=adult, reason="同一个人", proposed_by=world.user("admin"), proposed_at=now()
    )
    ArchiveProposal.objects.create(person=world.resident, last_seen_at=now(), proposed_at=now())
    Termination.objects.create(
        contract=contract_at(world), reason="合同纠纷", asked_by=world.user("manager"), asked_at=now()
    )
    PersonRequest.objects.create(
        person=world.resident,
        kind="erasure",
        asked_by=partner,
        asked_at=now(),
        due_at=now() + dt.timedelta(days=15),
    )
    Inspection.objects.create(station=world.station, inspector=partner, planned_date=today())
    open_warning(station=world.station, kind="float_out", figures={"days": 3, "of": 7}, at=now())
    issue_card(person=world.resident, by=partner, at=now())
    StationClosing.objects.create(
        station=world.station,
        successor=world.station.parent,
        reason="村庄搬迁",
        asked_by=world.user("admin"),
        asked_at=now(),
    )
    RegisterReport.objects.create(number="321324000310000000", county=county, kind="fake", at=now())
    text = ConsentText.objects.filter(language="zh-hans").order_by("pk")[0]
    Consent.objects.create(
        person=world.resident,
        purpose=text.purpose,
        text_version=text,
        given_at=now(),
        given_by=world.resident,
        manner="signature",
        recorded_by=partner,
        station=world.station,
    )


@dataclass(frozen=True)
class Door:
    """One address with one method."""

    route: str
    method: str
    verb: str
    view: Any

    @property
    def is_api(self) -> bool:
        return isinstance(self.view, type)

    @property
    def words(self) -> list[str]:
        return self.route.removeprefix("api/v1/").removeprefix("finance/").split("/")

    @property
    def names(self) -> list[str]:
        return re.findall(r"<\w+:(\w+)>", self.route)

    @property
    def noun(self) -> str:
        """The word before the first parameter that names an object."""
        before = next(number for number, word in enumerate(self.words) if word.startswith("<"))
        return self.words[before - 1] if before and self.words[before - 1] != "new" else self.words[0]

    @property
    def noun_is_known(self) -> bool:
        return not self.names or self.noun in NOUNS

    def path(self, world: World) -> str:
        return self.path_to(NOUNS[self.noun][1](world) if self.names else {})

    def path_to(self, known: dict[str, Any]) -> str:
        """The address of what has these names."""
        return "/" + re.sub(r"<\w+:(\w+)>", lambda match: str(known[match[1]]), self.route)


def every_door() -> list[Door]:
    found = []
    for route, space, callback in doors():
        view = view_of(callback)
        if space == "admin" or view.__module__.startswith(OTHERS) or APART.search(route):
            continue
        known = getattr(view, "http_method_names", ("get",))
        methods = [method for method in ("get", "post", "patch") if hasattr(view, method) and method in known] or [
            "get"
        ]
        for method in methods:
            verb = getattr(view, "requires", getattr(callback, "requires", None))
            if method == "get":
                verb = getattr(view, "reads", verb)
            found.append(Door(route, method, verb, view))
    return found


DOORS = every_door()


class Visitor:
    """One person with a browser and a mobile client."""

    def __init__(self, user: Any, world: World) -> None:
        self.world = world
        self.browser = Client(raise_request_exception=False)
        self.mobile = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Token {token_for(user)}"} if user else {}
        if user:
            self.browser.force_login(user)
            session = self.browser.session
            session["second_factor_at"] = now().isoformat()
            session.save()

    def tries(self, door: Door) -> Any:
        """What the door answers; nothing that it does stays."""
        path = door.path(self.world)
        with taken_back():
            if not door.is_api or door.method == "get":
                return self.get(door, path)
            body = known(getattr(door.view, "in_example", None) or {}, self.world)
            headers = self.headers | {"Idempotency-Key": uuid7().hex}
            return getattr(self.mobile, door.method)(path, body, "application/json", headers=headers)

    def get(self, door: Door, path: str) -> Any:
        """What a page or a list shows; a page that is only a button is pressed without its form."""
        if door.is_api:
            return self.mobile.get(path, headers=self.headers)
        cookies = self.browser.cookies.copy()
        answer = self.browser.get(path)
        if answer.status_code == 405:
            answer = self.browser.post(path)
        self.browser.cookies = cookies
        return answer

    def asks(self, door: Door, words: dict[str, str]) -> Any:
        """With these words in the address."""
        if door.is_api:
            return self.mobile.get(door.path(self.world), words, headers=self.headers)
        return self.browser.get(door.path(self.world), words)


def known(body: dict[str, Any], world: World) -> dict[str, Any]:
    """The example of a verb, speaking of the story's station."""
    return spoken(body, things_at(world))


def things_at(world: World) -> dict[str, Any]:
    """By the name of a field: what there is at the story's station."""
    return {
        "station": world.station.code,
        "from_station": world.station.code,
        "to_station": world.elsewhere.code,
        "division": world.station.county.code,
        "village": world.station.village.code,
        "fetch_id": str(world.fetch.pk),
        "payer": str(world.resident.pk),
        "person": str(world.resident.pk),
        "head": str(world.resident.pk),
        "guardian": str(guardianship_at(world).guardian_id),
        "keep": str(world.resident.pk),
        "merge": str(merge_at(world).merged_id),
        "bank_line": str(BankStatementLine.objects.filter(topup=None).order_by("pk")[0].pk),
        "account": adjustment().account.code,
        "event_id": str(world.payment().pk),
    }


def spoken(body: dict[str, Any], things: dict[str, Any]) -> dict[str, Any]:
    """An example that speaks of these things; an account is named where an event on it is."""
    unsaid = set() if "event_id" in body else {"account"}
    return {name: things.get(name, value) if name not in unsaid else value for name, value in body.items()}

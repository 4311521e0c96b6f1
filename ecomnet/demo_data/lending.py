"""The steps of a loan of the demonstration: applied for, visited, approved, signed, paid out, closed night by night."""

import datetime as dt
from io import BytesIO

from PIL import Image

from core.database.db import present
from core.days import day_in
from core.files.services import store_photo
from core.gateways.models import Instruction
from core.gateways.services import record_result
from core.models import StoredFile
from core.money import Money
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.stations import Cast
from finance.loans.services import (
    appraise_application,
    approve_application,
    assess_application,
    close_until,
    disburse_loan,
    set_borrower_account,
    sign_contract,
    start_application,
    submit_application,
)
from finance.models import Loan, LoanApplication, LoanBook, LoanProductVersion
from finance.payouts.services import confirm_payout_account
from stations.models import Person, Station, User
from stations.people.queries import text_of_the_day
from stations.people.services import record_consent

DAY = dt.timedelta(days=1)
WISHED, INSTALLMENTS = Money(30_000_00, "CNY"), 12
SEEN = {
    "income_minor": 9_000_00,
    "outgo_minor": 2_850_00,
    "other_debt_minor": 0,
    "recommended_minor": 30_000_00,
    "proofs_seen": 1,
    "years_in_village": 21,
    "activity": "sound",
    "references_called": 1,
}


def applied(
    person: Person, version: LoanProductVersion, station: Station, partner: User, *, at: dt.datetime, key: str
) -> LoanApplication:
    """A draft of somebody who lets the lender look at their records."""
    text = present(text_of_the_day(purpose="credit_data", language="zh-hans", day=day_of(at)))
    record_consent(person=person, text=text, manner="signature", station=station, by=partner, at=at)
    return start_application(
        person=person,
        version=version,
        station=station,
        amount=WISHED,
        installments=INSTALLMENTS,
        purpose="animals",
        purpose_words="养鹅",
        by=partner,
        at=at,
        key=key,
    )


def visited(application: LoanApplication, partner: User, *, tie: str = "none") -> None:
    """Seen by the partner on the day of the application, and sent to the lender."""
    at = application.started_at
    assess_application(
        application=application,
        station=application.station,
        relationship=tie,
        seen=SEEN,
        opinion="鹅棚在用，约300只",
        photos=[photo_of(partner, at).pk for _count in range(2)],
        by=partner,
        at=at,
    )
    submit_application(application=application, by=partner, at=at)


def proposed(application: LoanApplication, appraiser: User, *, at: dt.datetime) -> None:
    """All that was asked for."""
    appraise_application(
        application=application,
        amount=WISHED,
        installments=INSTALLMENTS,
        reasons=[],
        opinion="余钱够还",
        by=appraiser,
        at=at,
    )


def approved(application: LoanApplication, cast: Cast, *, at: dt.datetime) -> None:
    """Proposed the day after the application, and approved."""
    appraiser, approver = cast.credit_officers[:2]
    proposed(application, appraiser, at=application.started_at + DAY)
    approve_application(application=application, by=approver, at=at)


def signed(application: LoanApplication, partner: User, *, at: dt.datetime) -> Loan:
    """On paper."""
    paper, on = photo_of(partner, at).pk, day_of(at)
    return sign_contract(application=application, on=on, paper=paper, by=partner, at=at)


def paid_out(loan: Loan, cast: Cast, partner: User, number: int, *, at: dt.datetime) -> None:
    """To an account that was written down four days before; the bank has paid."""
    account = set_borrower_account(
        loan=loan,
        bank_code="ICBC",
        account_no=f"622202110200{number:04}",
        holder_name=loan.borrower.full_name,
        by=partner,
        at=at - 4 * DAY,
    )
    confirm_payout_account(account=account, by=cast.officers[1], at=at)
    disburse_loan(loan=loan, by=cast.officers[0], at=at)
    instruction = Instruction.objects.select_related("provider").get(pk=loan.disbursements.get().pk)
    record_result(
        provider=instruction.provider,
        our_ref=str(instruction.pk),
        data={"our_ref": str(instruction.pk), "status": "paid"},
        source="callback",
        at=at,
        event_type="payout.paid",
    )


def nights_closed(last: dt.datetime, *, at: dt.datetime) -> None:
    """Of every book, up to and with this day."""
    for book in LoanBook.objects.select_related("county", "book"):
        close_until(book=book, date=day_in(book.zone, last), at=at)


def photo_of(by: User, at: dt.datetime) -> StoredFile:
    """A plain green picture."""
    picture = BytesIO()
    Image.new("RGB", (640, 480), "#5f9c86").save(picture, "JPEG")
    picture.seek(0)
    return store_photo(upload=picture, by=by.pk, at=at)

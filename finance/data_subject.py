"""What finance holds of a person, and what of it stands in the way of forgetting them."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finance.bills.models import BillAccount
from finance.insurance.models import Claim, IndexPayout, Policy
from finance.loans.models import GroupMember, Loan, LoanApplication
from finance.payments.models import Payment, Refund
from ledger.models import Account
from ledger.queries import balance
from stations.accounts.models import User
from stations.people.models import Person


def obligations(person: Person) -> list[str]:
    """Payments that have no answer yet, money that the person has not fetched, loan applications under way."""
    undecided = Payment.objects.filter(payer=person).undecided().count()
    ended = (*(Refund.Status.PAID_OUT, Refund.Status.SPENT), *(Refund.Status.WENT_BACK, Refund.Status.SUCCEEDED))
    owed = Refund.objects.filter(payment__payer=person).exclude(status__in=ended).count()
    applications = LoanApplication.objects.filter(person=person, status__in=LoanApplication.UNDER_WAY).count()
    loans = Loan.objects.filter(
        borrower__in=Person.objects.of_people(person.pk),
        status__in=[Loan.Status.APPROVED, Loan.Status.DISBURSING, Loan.Status.ACTIVE],
    ).count()
    found = []
    if loans:
        words = ngettext("%(n)s loan that is not repaid", "%(n)s loans that are not repaid", loans)
        found.append(words % {"n": loans})
    if undecided:
        words = ngettext("%(n)s payment without an answer", "%(n)s payments without an answer", undecided)
        found.append(words % {"n": undecided})
    if owed:
        found.append(_("refunds waiting to be paid: %(n)s") % {"n": owed})
    held = _accounts_with_money(person)
    if held:
        words = ngettext("%(n)s account of the person holds money", "%(n)s accounts of the person hold money", held)
        found.append(words % {"n": held})
    if applications:
        words = ngettext("%(n)s loan application under way", "%(n)s loan applications under way", applications)
        found.append(words % {"n": applications})
    records = Person.objects.of_people(person.pk)
    to_get = Q(payee__in=records, status__in=[Claim.Status.VALUATED, Claim.Status.PAYMENT_PENDING])
    claims = Claim.objects.filter(Q(person__in=records) | to_get).exclude(status__in=Claim.OVER)
    count = claims.exclude(status=Claim.Status.PAID).count()
    if count:
        words = ngettext("%(n)s insurance claim under way", "%(n)s insurance claims under way", count)
        found.append(words % {"n": count})
    due = IndexPayout.objects.filter(Q(policy__person__in=records) | Q(heir__in=records) | Q(payee__in=records))
    open_ones = (*IndexPayout.WAITING, *IndexPayout.ASKED, IndexPayout.Status.SENT)
    count = due.filter(status__in=open_ones).count()
    if count:
        words = ngettext("%(n)s weather payout under way", "%(n)s weather payouts under way", count)
        found.append(words % {"n": count})
    return found


def _accounts_with_money(person: Person) -> int:
    """What the person earned and was not paid, under whichever login: afterwards it could not be paid out."""
    logins = User.objects.filter(person=person).values_list("pk", flat=True)
    own = Account.objects.filter(holder__in=list(logins), closed_at=None)
    return sum(balance(account).posted.minor != 0 for account in own)


def payments(person: Person) -> list[dict[str, Any]]:
    """Every payment made for the person."""
    rows = Payment.objects.filter(payer=person).order_by("pk")
    return list(rows.values("our_ref", "purpose", "status", "total_minor", "currency", "taken_at"))


def loan_applications(person: Person) -> list[dict[str, Any]]:
    """Every wish for a loan, and what became of it."""
    rows = LoanApplication.objects.filter(person=person).order_by("pk")
    return list(
        rows.values("number", "status", "requested_minor", "approved_minor", "currency", "reasons", "started_at")
    )


def loans(person: Person) -> list[dict[str, Any]]:
    """Every loan, what was paid out, and what is left."""
    rows = Loan.objects.filter(borrower=person).order_by("pk")
    return list(
        rows.values("number", "status", "principal_minor", "principal_paid_minor", "currency", "disbursed_on_date")
    )


def loan_groups(person: Person) -> list[dict[str, Any]]:
    """Every group of borrowers in which the person was, from when to when."""
    rows = GroupMember.objects.filter(person=person).order_by("pk")
    return list(rows.values("group__name", "is_leader", "joined_at", "left_at"))


def policies(person: Person) -> list[dict[str, Any]]:
    """Every policy, and until when."""
    rows = Policy.objects.filter(person=person).order_by("pk")
    return list(rows.values("number", "status", "product__code", "start_date", "end_date"))


def claims(person: Person) -> list[dict[str, Any]]:
    """Every claim, what was approved, and why not."""
    rows = Claim.objects.filter(person=person).order_by("pk")
    return list(
        rows.values(
            "number", "status", "peril", "event_date", "claimed_minor", "approved_minor", "currency", "reason_codes"
        )
    )


def index_payouts(person: Person) -> list[dict[str, Any]]:
    """Everything that was paid by an index, without a claim."""
    rows = IndexPayout.objects.filter(policy__person=person).order_by("pk")
    return list(rows.values("policy__number", "window__end_date", "status", "amount_minor", "currency", "paid_at"))


def accounts(person: Person) -> list[dict[str, Any]]:
    """The customer numbers of the person's household."""
    if person.household_id is None:
        return []
    rows = BillAccount.objects.filter(household=person.household_id).values("biller__code", "parameters")
    return [dict(row) for row in rows]

"""Claims over the API: started, proved, filed, assessed, decided, paid, appealed."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.database.db import present
from core.errors import refused_by, refuses
from core.files.services import FileUnknown, own_file
from core.web.pagination import CursorPages
from finance.insurance import services
from finance.insurance.api.claim_fields import (
    APPROVED,
    CHECKED,
    CLAIM,
    ENTERED,
    PROCESSED,
    REASONS,
    REJECTED,
    ApproveClaimIn,
    ClaimAccountIn,
    ClaimDetailOut,
    ClaimEvidenceIn,
    ClaimEvidenceOut,
    ClaimIn,
    ClaimOut,
    ClaimReturnIn,
    ClaimReviewIn,
    ClaimWordsIn,
    ProcessClaimIn,
    RejectClaimIn,
)
from finance.insurance.models import Claim, ClaimEvidence, Policy
from finance.insurance.models.claims import ClaimQuerySet
from finance.insurance.queries import benefit_for
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.people.models import Person
from stations.requests import signed_in

READ, START, READ_POLICY = "finance.read_claim", "finance.start_claim", "finance.read_policy"
WORDS: dict[str, Any] = {"words": "请补出院小结"}
PHOTO = "019ab8f2-6c1e-7d0a-8d4e-2f6a1c9b7e30"


class ClaimPages(CursorPages):
    ordering = "-id"


def claims() -> ClaimQuerySet:
    """With what the answers show."""
    return Claim.objects.select_related("station__county", "policy__version__product__insurer", "benefit", "person")


@refuses(services.PayeeUnfit)
def pay_to_of(user: User, data: dict[str, Any]) -> services.PayTo:
    """Where the money shall go: to somebody whom the reader may read of."""
    payee = Person.objects.living().open_to(user, "stations.read_person").filter(pk=data["payee"]).first()
    if payee is None:
        raise services.PayeeUnfit(field="payee")
    return services.PayTo(payee, data["bank_code"], data["account_no"], data["holder_name"])


class Claims(VerbView):
    """Start a claim; it stays a draft until its papers are there and it is filed."""

    requires, reads = START, READ
    pagination_class = ClaimPages
    In = ClaimIn
    Out = ClaimOut
    success_status = 201
    refusals = refused_by(services.start_claim)
    in_example: ClassVar[dict[str, Any]] = {
        "policy": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d21",
        "peril": "illness",
        "event_date": "2026-11-12",
        "amount": "18600.00",
        "public_cover": "9240.00",
        "payee": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "bank_code": "ABC",
        "account_no": "6228480402564890018",
        "holder_name": "王秀英",
    }
    out_example = CLAIM

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Claim:
        station = counter_of(user, self.requires)
        policies = Policy.objects.select_related("person", "household", "version__product")
        policy = policies.open_to(user, READ_POLICY).filter(pk=data["policy"]).first()
        benefit = benefit_for(policy, data["peril"]) if policy else None
        if policy is None or benefit is None:
            raise services.BenefitUnfit(field="policy")
        pay_to = pay_to_of(user, data)
        currency = policy.version.product.currency
        amounts = {
            name: data[name].in_currency(currency) if data[name] else None for name in ("amount", "public_cover")
        }
        return services.start_claim(
            policy=policy,
            benefit=benefit,
            event_date=data["event_date"],
            grade=data["grade"],
            pay_to=pay_to,
            station=station,
            by=user,
            at=at,
            key=key,
            **amounts,
        )

    @extend_schema(
        parameters=[OpenApiParameter("open", bool), OpenApiParameter("cursor", str)], responses=ClaimOut(many=True)
    )
    def get(self, request: Request) -> Response:
        """List claims within reach, newest first; `open=true` shows those that are not decided."""
        rows = claims().open_to(request.user, READ)
        if request.query_params.get("open") == "true":
            rows = rows.open()
        pages = self.pagination_class()
        return pages.get_paginated_response(ClaimOut(pages.paginate_queryset(rows, request, view=self), many=True).data)


class ClaimDetail(APIView):
    """Get a claim with its papers, checks and history; that it was read is recorded."""

    requires = READ
    one_object = True

    @extend_schema(responses=ClaimDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        claim = load(claims(), request.user, READ, pk=pk)
        services.log_claim_read(claim=claim, user=signed_in(request), at=now())
        return Response(ClaimDetailOut(claim).data)


class ClaimVerb(VerbView):
    """A verb of one claim."""

    one_object = True
    Out: ClassVar[Any] = ClaimOut

    def claim(self, user: User, pk: UUID) -> Claim:
        """The claim, within reach of the user."""
        return load(claims(), user, self.requires, pk=pk)


class AddClaimEvidence(ClaimVerb):
    """Add a photo to a draft; it proves no other claim."""

    requires = START
    In = ClaimEvidenceIn
    Out = ClaimEvidenceOut
    success_status = 201
    refusals = (*refused_by(services.add_evidence), FileUnknown)
    in_example: ClassVar[dict[str, Any]] = {
        "kind": "settlement_sheet",
        "file": PHOTO,
        "bill_number": "ZY20261112-0042",
        "issuer": "泗洪县人民医院",
        "issued_date": "2026-11-12",
        "total": "18600.00",
        "public_cover": "9240.00",
        "self_paid": "9360.00",
    }
    out_example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e21",
        "kind": "settlement_sheet",
        "file": PHOTO,
        "bill_number": "ZY20261112-0042",
        "issuer": "泗洪县人民医院",
        "total": "18600.00",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> ClaimEvidence:
        claim = self.claim(user, pk)
        amounts = {
            name: data[name].in_currency(claim.currency) if data[name] else None
            for name in ("total", "public_cover", "self_paid")
        }
        bill = services.Bill(
            number=data["bill_number"], issuer=data["issuer"], issued_date=data["issued_date"], **amounts
        )
        file = present(own_file(pk=data["file"], by=user.pk, field="file"))
        return services.add_evidence(claim=claim, kind=data["kind"], file=file, bill=bill, by=user, at=at)


class EnterClaim(ClaimVerb):
    """File a claim with the insurer; it is decided within five working days."""

    requires = "finance.enter_claim"
    refusals = refused_by(services.enter_claim)
    out_example = ENTERED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Claim:
        return services.enter_claim(claim=self.claim(user, pk), by=user, at=at)


class WithdrawClaim(ClaimVerb):
    """Withdraw a claim at the family's word."""

    requires = "finance.withdraw_claim"
    refusals = refused_by(services.withdraw_claim)
    out_example = CLAIM | {"status": "withdrawn"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Claim:
        return services.withdraw_claim(claim=self.claim(user, pk), by=user, at=at)


class AskForDocuments(ClaimVerb):
    """Ask the family for more papers; the clock stops."""

    requires = "finance.ask_documents"
    In = ClaimWordsIn
    refusals = refused_by(services.ask_for_documents)
    in_example = WORDS
    out_example = CHECKED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Claim:
        return services.ask_for_documents(claim=self.claim(user, pk), **data, by=user, at=at)


class AnswerDocuments(ClaimVerb):
    """Say that the papers are there; the clock goes on."""

    requires = "finance.answer_documents"
    In = ClaimWordsIn
    refusals = refused_by(services.answer_documents)
    in_example: ClassVar[dict[str, Any]] = {"words": "出院小结已补拍"}
    out_example = CHECKED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Claim:
        return services.answer_documents(claim=self.claim(user, pk), **data, by=user, at=at)


class DeliverReview(ClaimVerb):
    """Say what a visit found."""

    requires = "finance.deliver_review"
    In = ClaimReviewIn
    refusals = refused_by(services.deliver_review)
    in_example: ClassVar[dict[str, Any]] = {"words": "入户核实，情况属实", "photos": []}
    out_example = CHECKED | {"review": "delivered"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Claim:
        return services.deliver_review(claim=self.claim(user, pk), **data, by=user, at=at)


class ProcessClaim(ClaimVerb):
    """Propose to pay or to decline; another person decides."""

    requires = "finance.process_claim"
    In = ProcessClaimIn
    refusals = refused_by(services.process_claim)
    in_example: ClassVar[dict[str, Any]] = {"accepted": "18600.00", "words": "单据齐全"}
    out_example = PROCESSED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Claim:
        claim = self.claim(user, pk)
        amounts = {
            name: data[name].in_currency(claim.currency) if data[name] else None for name in ("accepted", "other_cover")
        }
        return services.process_claim(claim=claim, **data | amounts, by=user, at=at)


class ApproveClaim(ClaimVerb):
    """Approve the amount that was seen; it is computed anew under lock."""

    requires = "finance.approve_claim"
    In = ApproveClaimIn
    refusals = refused_by(services.approve_claim)
    in_example: ClassVar[dict[str, Any]] = {"amount": "2544.00"}
    out_example = APPROVED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Claim:
        claim = self.claim(user, pk)
        amount = data["amount"].in_currency(claim.currency)
        return services.approve_claim(claim=claim, amount=amount, by=user, at=at)


class RejectClaim(ClaimVerb):
    """Decline a claim; the family learns the reasons and may appeal."""

    requires = "finance.reject_claim"
    In = RejectClaimIn
    refusals = refused_by(services.reject_claim)
    in_example: ClassVar[dict[str, Any]] = {"reasons": REASONS, "words": "照片看不清，请白天重拍后再报"}
    out_example = REJECTED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Claim:
        return services.reject_claim(claim=self.claim(user, pk), **data, by=user, at=at)


class ReturnClaim(ClaimVerb):
    """Return a proposal to the assessor."""

    requires = "finance.return_claim"
    In = ClaimReturnIn
    refusals = refused_by(services.return_to_assessor)
    in_example: ClassVar[dict[str, Any]] = {"reason": "金额与单据不符"}
    out_example = CHECKED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Claim:
        return services.return_to_assessor(claim=self.claim(user, pk), **data, by=user, at=at)


class ReverseApproval(ClaimVerb):
    """Take an approval back before money was sent."""

    requires = "finance.reverse_claim_approval"
    In = ClaimReturnIn
    refusals = refused_by(services.reverse_approval)
    in_example: ClassVar[dict[str, Any]] = {"reason": "账号有误"}
    out_example = PROCESSED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Claim:
        return services.reverse_approval(claim=self.claim(user, pk), **data, by=user, at=at)


class CorrectClaimAccount(ClaimVerb):
    """Write another account of the family down, after the bank has not paid to the one before."""

    requires = START
    In = ClaimAccountIn
    refusals = refused_by(services.correct_claim_account)
    in_example: ClassVar[dict[str, Any]] = {
        "payee": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "bank_code": "ICBC",
        "account_no": "6222021102004802",
        "holder_name": "王秀英",
    }
    out_example = APPROVED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Claim:
        claim = self.claim(user, pk)
        return services.correct_claim_account(claim=claim, pay_to=pay_to_of(user, data), by=user, at=at)


class PayClaim(ClaimVerb):
    """Send an approved claim to the bank."""

    requires = "finance.send_claim_payment"
    refusals = refused_by(services.send_claim_payment)
    out_example = APPROVED | {"status": "payment_pending"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Claim:
        return services.send_claim_payment(claim=self.claim(user, pk), by=user, at=at)

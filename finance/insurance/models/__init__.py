"""The nouns of insurance."""

from finance.insurance.models.appeals import Appeal
from finance.insurance.models.claim_payments import ACCOUNT_CONTEXT, ClaimAccount, ClaimAccountKey, ClaimPayment
from finance.insurance.models.claims import Claim, ClaimReason
from finance.insurance.models.counters import CounterEntry, CoverageCounter
from finance.insurance.models.evidence import ClaimCheck, ClaimDecision, ClaimEvidence
from finance.insurance.models.funds import Contribution, Fund, Insurer
from finance.insurance.models.index_payouts import IndexPayment, IndexPayout, IndexWindow
from finance.insurance.models.index_sources import IndexFile, IndexReading, IndexSource
from finance.insurance.models.policies import EnrolmentBatch, Policy, PolicyFunding
from finance.insurance.models.premiums import PremiumLine, PremiumPayment, PremiumStatement
from finance.insurance.models.products import (
    Benefit,
    CeilingRule,
    EvidenceKind,
    EvidenceRule,
    FinancingShare,
    Grade,
    GradeRow,
    InsuranceProduct,
    InsuranceProductVersion,
    Peril,
)
from finance.insurance.models.register import RegisterMonth, RegisterRow

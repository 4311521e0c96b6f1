"""Products: a version is made by one person and put in force by another; then it only ends."""

import datetime as dt

from django.db import transaction

from core.database.db import lock
from core.errors import SamePerson, WrongState, refuses
from core.history import record_change
from finance.insurance.machine import VERSION
from finance.insurance.models import (
    Benefit,
    CeilingRule,
    EvidenceRule,
    FinancingShare,
    GradeRow,
    InsuranceProduct,
    InsuranceProductVersion,
    Insurer,
)
from finance.insurance.presets import BenefitTerms, Preset
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S = InsuranceProductVersion.Status


@transaction.atomic
def draft_insurance_product(*, insurer: Insurer, preset: Preset, by: User, at: dt.datetime) -> InsuranceProductVersion:
    """Make the next version of an insurer's product from terms; the product itself when it is missing.

    Amounts of `preset` are minor units of the insurer's currency.
    """
    names = {"name": preset.name, "name_zh": preset.name_zh, "country": insurer.country, "currency": insurer.currency}
    product, _is_new = InsuranceProduct.objects.get_or_create(insurer=insurer, code=preset.code, defaults=names)
    product = lock(product)
    latest = product.versions.order_by("-version").first()
    version = InsuranceProductVersion.objects.create(
        **preset.terms, product=product, version=latest.version + 1 if latest else 1, maker=by, made_at=at
    )
    FinancingShare.objects.bulk_create(
        FinancingShare(version=version, source=source, share_bp=share, takes_remainder=takes)
        for source, share, takes in preset.shares
    )
    CeilingRule.objects.bulk_create(
        CeilingRule(version=version, scope=scope, peril=peril, limit_minor=limit)
        for scope, peril, limit in preset.ceilings
    )
    for terms in preset.benefits:
        _write_benefit(version, terms)
    record_change(version, old="", new=version.status, at=at, actor=by.pk)
    return version


@refuses(WrongState, SamePerson)
@transaction.atomic
def activate_insurance_product(
    *, version: InsuranceProductVersion, by: User, at: dt.datetime
) -> InsuranceProductVersion:
    """Put a draft in force, by another person than made it; nobody is enrolled in the version before it any more."""
    version = lock(version)
    VERSION.check("activate_insurance_product", version.status)
    require_two_persons(by, version.maker_id)
    for before in InsuranceProductVersion.objects.active().filter(product=version.product_id):
        _move(before, _S.RETIRED, by=by, at=at)
    version.checker, version.checked_at = by, at
    return _move(version, _S.ACTIVE, by=by, at=at)


@refuses(WrongState)
@transaction.atomic
def retire_insurance_product(*, version: InsuranceProductVersion, by: User, at: dt.datetime) -> InsuranceProductVersion:
    """Enrol nobody in a version any more; who is insured stays insured as agreed."""
    version = lock(version)
    VERSION.check("retire_insurance_product", version.status)
    return _move(version, _S.RETIRED, by=by, at=at)


def _write_benefit(version: InsuranceProductVersion, terms: BenefitTerms) -> None:
    benefit = Benefit.objects.create(version=version, **terms.columns)
    GradeRow.objects.bulk_create(
        GradeRow(benefit=benefit, grade=grade, share_bp=share) for grade, share in terms.grades.items()
    )
    EvidenceRule.objects.bulk_create(
        EvidenceRule(benefit=benefit, kind=kind, min_count=count) for kind, count in terms.papers.items()
    )


def _move(version: InsuranceProductVersion, status: str, *, by: User, at: dt.datetime) -> InsuranceProductVersion:
    before, version.status = version.status, status
    version.save(update_fields=["status", "checker", "checked_at", "updated_at"])
    record_change(version, old=before, new=status, at=at, actor=by.pk)
    return version

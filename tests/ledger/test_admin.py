"""Administration of the ledger: everybody who may reads, nobody writes."""

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from ledger import audit
from ledger.hooks import AUDIT_CHECKS
from ledger.models import Account, AuditFinding
from ledger.services import Leg
from tests.factories.ledger import BookFactory, account, post, yuan
from tests.factories.stations import PostFactory, UserFactory
from tests.hooks import replace

LEDGER = [model for model in admin.site._registry if model._meta.app_label == "ledger"]


def signed_in(client, **post):
    """A superuser on the staff whose only rights are those of this post."""
    user = UserFactory(is_staff=True, is_superuser=True)
    if post:
        PostFactory(user=user, **post)
    client.force_login(user)
    return client


@pytest.fixture
def visitor(client, db):
    """A finance officer of the network."""
    return signed_in(client, role="finance_officer")


@pytest.mark.parametrize("model", LEDGER, ids=lambda model: model.__name__)
def test_a_table_of_the_ledger_is_read_and_never_written_even_by_a_superuser(visitor, model):
    post(Leg(account("till"), account("customer_funds"), yuan("1"), "sale"))
    base = f"admin:ledger_{model._meta.model_name}"
    assert visitor.get(reverse(f"{base}_changelist")).status_code == 200
    assert visitor.get(reverse(f"{base}_add")).status_code == 403
    row = model.objects.first()
    if row is None:
        return
    page = reverse(f"{base}_change", args=[row.pk])
    assert visitor.get(page).status_code == 200
    assert visitor.post(page, {"code": "till:other"}).status_code == 403
    assert visitor.post(reverse(f"{base}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert Account.objects.filter(code__startswith="till:").get().code == "till:321324-0007"


@pytest.mark.parametrize("model", LEDGER, ids=lambda model: model.__name__)
def test_a_superuser_without_a_post_sees_nothing_of_the_ledger(client, db, model):
    assert signed_in(client).get(reverse(f"admin:ledger_{model._meta.model_name}_changelist")).status_code == 403


@pytest.fixture
def finding(db, monkeypatch):
    replace(monkeypatch, AUDIT_CHECKS, audit.in_book("test.always", "SELECT 'wrong' AS what"))
    audit.audit_book(book=BookFactory(), at=timezone.now())
    return AuditFinding.objects.get()


def clear(visitor, finding, reason):
    answer = visitor.post(
        reverse("admin:ledger_auditfinding_changelist"),
        {"action": "clear", "_selected_action": [finding.pk], "reason": reason},
        follow=True,
    )
    finding.refresh_from_db()
    return answer.content.decode()


def test_a_finding_is_cleared_with_a_reason(visitor, finding):
    clear(visitor, finding, "looked into")
    assert (finding.cleared_reason, finding.cleared_by is not None) == ("looked into", True)


def test_a_finding_is_not_cleared_without_a_reason(visitor, finding):
    assert "reason_missing" in clear(visitor, finding, "")
    assert finding.cleared_at is None


def test_a_reader_of_findings_does_not_clear_them(client, finding):
    clear(signed_in(client, role="auditor"), finding, "looked into")
    assert finding.cleared_at is None

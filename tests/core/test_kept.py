"""A kept read finds what its queryset finds, and is written once."""

from uuid import uuid4

import pytest
from django.core.exceptions import FieldError
from django.db import models, transaction
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError
from django.utils.timezone import now

from core.database.compiled_queries import compiled_query
from core.gateways.services import instruct
from core.models import Instruction
from tests.factories.gateways import ProviderFactory


def an_instruction(provider, amount="1.00"):
    request = {"amount": amount, "currency": "CNY"}
    kind = Instruction.Kind.BILL
    return instruct(provider=provider, kind=kind, path="/v1/bills/pay", request=request, our_ref=uuid4(), at=now())


@pytest.fixture
def two(db):
    provider = ProviderFactory()
    return [an_instruction(provider, amount) for amount in ("1.00", "2.00")]


def with_provider(our_ref):
    return Instruction.objects.select_related("provider").filter(our_ref=our_ref)


def test_it_finds_the_row_with_what_belongs_to_it_and_asks_no_more(two, django_assert_num_queries):
    read = compiled_query(with_provider)
    with django_assert_num_queries(2):
        found = [read.get(each.pk) for each in two]
        assert [each.provider.code for each in found] == [two[0].provider.code] * 2
    assert found == two
    assert [each.request for each in found] == [each.request for each in two]
    assert not found[0]._state.adding
    assert found[0]._state.db == "default"


def test_django_writes_the_statement_once(two, monkeypatch):
    written = []
    as_sql = SQLCompiler.as_sql
    monkeypatch.setattr(SQLCompiler, "as_sql", lambda self, *args: written.append(self) or as_sql(self, *args))
    read = compiled_query(with_provider)
    for each in two * 3:
        read.get(each.pk)
    assert len(written) == 1


def test_a_list_comes_in_the_order_of_the_queryset(two):
    read = compiled_query(lambda pks, state: Instruction.objects.filter(pk__in=pks, state=state).order_by("-pk"))
    pks = tuple(each.pk for each in two)
    assert read.all(pks, "committed") == sorted(two, key=lambda each: each.pk, reverse=True)
    assert read.all(pks[:1], "committed") == two[:1]
    assert read.all(pks, "settled") == []


def test_one_that_is_not_there_is_missed_as_by_the_model(two):
    read = compiled_query(lambda kind: Instruction.objects.filter(kind=kind).order_by("pk"))
    assert read.first("message") is None
    with pytest.raises(Instruction.DoesNotExist):
        read.get("message")
    with pytest.raises(Instruction.MultipleObjectsReturned):
        read.get(two[0].kind)
    assert read.first(two[0].kind) == min(two, key=lambda each: each.pk)


def test_what_is_kept_holds_nothing_of_the_data(two):
    read = compiled_query(with_provider)
    assert read.get(two[0].pk).request["amount"] == "1.00"
    Instruction.objects.filter(pk=two[0].pk).update(request={"amount": "3.00"})
    assert read.get(two[0].pk).request["amount"] == "3.00"


def test_what_it_cannot_keep_is_refused_at_once(two):
    annotated = Instruction.objects.annotate(more=models.F("attempts") + 1)
    with pytest.raises(TypeError):
        compiled_query(lambda pk: annotated.filter(pk=pk)).get(two[0].pk)
    with pytest.raises(FieldError):
        compiled_query(lambda pk: Instruction.objects.filter(nothing=pk)).get(two[0].pk)


def test_a_row_is_held_in_a_transaction_or_not_at_all(own_database):
    instruction = an_instruction(ProviderFactory())
    read = compiled_query(lambda pk: Instruction.objects.select_for_update(no_key=True).filter(pk=pk))
    with pytest.raises(TransactionManagementError):
        read.get(instruction.pk)
    with transaction.atomic():
        assert read.get(instruction.pk) == instruction
    with pytest.raises(TransactionManagementError):
        read.get(instruction.pk)

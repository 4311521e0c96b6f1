"""A payee who is forgotten: nobody reads the number of the bank account again, and what was paid stays."""

import base64

import pytest
from cryptography.exceptions import InvalidTag
from django.utils.timezone import now

from core.crypto import decrypt, decrypt_with, new_data_key
from core.datakeys.services import renew_all
from finance.models import PayoutAccount
from finance.payouts.account_numbers import number_of
from finance.payouts.models import ACCOUNT_CONTEXT, PayoutAccountKey
from finance.payouts.services import forget_accounts
from stations.models import User
from stations.rights import services as rights
from stations.rights.services import ObligationsOpen
from tests.factories.finance import desk
from tests.factories.payouts import ACCOUNT_NO, banked, closed_statement
from tests.factories.people import resident
from tests.factories.stations import helper_of
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def payee():
    """A helper of before, with a record as a resident and a bank account, whose login is closed."""
    ready = desk()
    user = helper_of(ready.station)
    User.objects.filter(pk=user.pk).update(person=resident("李桂兰", ready.station))
    user.refresh_from_db()
    account = banked(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return ready, user, account


def forgotten(ready, user):
    asked = rights.request_erasure(person=user.person, by=ready.partner, at=now())
    rights.erase_person(request=asked, at=now())
    run_jobs()


def test_no_copy_of_the_number_is_read_again_and_what_was_paid_stays(payee):
    ready, user, before = payee
    other = banked(ready.partner)
    assert number_of(before) == ACCOUNT_NO
    forgotten(ready, user)
    with pytest.raises(PayoutAccountKey.DoesNotExist):
        number_of(PayoutAccount.objects.get(pk=before.pk))
    inner = decrypt(bytes(before.account_cipher), before.account_key_no, context=ACCOUNT_CONTEXT)
    assert ACCOUNT_NO not in (inner, base64.b64decode(inner).decode("latin-1"))
    for key in [*PayoutAccountKey.objects.values_list("key", flat=True), new_data_key()]:
        with pytest.raises(InvalidTag):
            decrypt_with(key, inner, context=ACCOUNT_CONTEXT)
    after = PayoutAccount.objects.get(pk=before.pk)
    assert (after.holder_name, after.account_tail, after.is_usable) == ("–", ACCOUNT_NO[-4:], False)
    assert number_of(other) == ACCOUNT_NO


def test_new_data_keys_are_written_around_numbers_that_can_be_read_and_around_those_that_cannot(payee, settings):
    ready, user, account = payee
    other = banked(ready.partner)
    forgotten(ready, user)
    new = base64.b64encode(new_data_key()).decode()
    settings.ECOMNET_DATA_KEYS = {9: new, **settings.ECOMNET_DATA_KEYS}
    list(renew_all())
    assert set(PayoutAccount.objects.values_list("account_key_no", flat=True)) == {9}
    other.refresh_from_db()
    assert number_of(other) == ACCOUNT_NO
    with pytest.raises(PayoutAccountKey.DoesNotExist):
        number_of(PayoutAccount.objects.get(pk=account.pk))


def test_told_twice_it_changes_nothing_more(payee):
    _ready, user, account = payee
    assert forget_accounts(person=user.person_id, at=now()) == 1
    replaced = PayoutAccount.objects.get(pk=account.pk).replaced_at
    assert forget_accounts(person=user.person_id, at=now()) == 0
    assert PayoutAccount.objects.get(pk=account.pk).replaced_at == replaced


def test_whoever_is_still_owed_earnings_is_not_forgotten_before_they_are_paid(payee):
    ready, user, account = payee
    closed_statement(ready, 18_60, user=user)
    with pytest.raises(ObligationsOpen):
        rights.request_erasure(person=user.person, by=ready.partner, at=now())
    assert number_of(account) == ACCOUNT_NO

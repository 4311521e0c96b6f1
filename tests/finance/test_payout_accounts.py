"""Where payees are paid: their own account, after three days, and never an outsider's."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from core.history import changes_of
from core.models import Notice
from finance.models import PayoutAccount
from finance.payouts import services
from finance.payouts.account_numbers import number_of
from finance.payouts.services import BankDetails
from tests.factories.finance import desk, payer_at
from tests.factories.payouts import ACCOUNT_NO, banked
from tests.factories.stations import StationFactory, UserFactory, finance_officer, partner_of

pytestmark = pytest.mark.django_db

DAYS_3 = dt.timedelta(days=3)
SECOND = dt.timedelta(seconds=1)


def named(user, *, holder=None, at=None, by=None):
    details = BankDetails("ICBC", ACCOUNT_NO, holder or user.shown_name)
    return services.set_bank_account(payee=user.pk.hex, user=user, details=details, by=by or user, at=at or now())


def test_only_the_end_of_the_number_stands_in_clear():
    account = named(desk().partner)
    assert account.account_tail == "4821"
    row = PayoutAccount.objects.filter(pk=account.pk).values().get()
    assert ACCOUNT_NO not in str({**row, "account_cipher": bytes(row["account_cipher"])})
    assert number_of(account) == ACCOUNT_NO


@pytest.mark.parametrize(
    ("later", "status"), [(DAYS_3 - SECOND, "pending"), (DAYS_3, "active"), (DAYS_3 + SECOND, "active")]
)
def test_a_new_account_is_usable_three_days_later(later, status):
    at = now() - dt.timedelta(days=10)
    account = named(desk().partner, at=at)
    services.activate_accounts(at=at + later)
    account.refresh_from_db()
    assert account.status == status


def test_the_holder_is_the_payee_however_the_name_is_typed():
    user = UserFactory(last_name="Li", first_name="Wei")
    assert named(user, holder=" WEI  LI ").holder_name == " WEI  LI "
    with pytest.raises(services.NameDiffers):
        named(user, holder="Wang Wei")
    assert PayoutAccount.objects.count() == 1


def test_a_change_is_a_new_row_and_the_payee_is_told():
    user = desk().partner
    first, second = banked(user), named(user)
    first.refresh_from_db()
    assert (first.replaced_at is not None, second.status) == (True, "pending")
    assert Notice.objects.filter(user=user.pk, template="payout_account_set").count() == 2
    assert PayoutAccount.objects.standing().get() == second


def test_a_payee_has_one_standing_account_whoever_writes():
    account = banked(desk().partner)
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutAccount.objects.create(
            payee=account.payee,
            user=account.user,
            kind="float",
            station=StationFactory(),
            usable_from=now() + DAYS_3,
            set_by=account.user,
            set_at=now(),
        )


def test_cash_is_fetched_at_a_station_where_one_does_not_work():
    ready, elsewhere = desk(), StationFactory()
    ready.partner.person = payer_at(ready)
    ready.partner.save()
    with pytest.raises(services.PayoutStationUnfit):
        services.set_cash_at_station(user=ready.partner, station=ready.station, by=ready.partner, at=now())
    assert not PayoutAccount.objects.exists()
    account = services.set_cash_at_station(user=ready.partner, station=elsewhere, by=ready.partner, at=now())
    assert (account.kind, account.station) == ("cash_at_station", elsewhere)
    with pytest.raises(services.SameAccount):
        services.set_cash_at_station(user=ready.partner, station=elsewhere, by=ready.partner, at=now())
    assert PayoutAccount.objects.count() == 1


def test_cash_needs_a_registered_person():
    ready = desk()
    with pytest.raises(services.PersonUnknown):
        services.set_cash_at_station(user=ready.partner, station=StationFactory(), by=ready.partner, at=now())
    assert not PayoutAccount.objects.exists()


def test_only_the_partner_of_a_station_is_paid_into_its_float():
    ready, other = desk(), desk()
    assert services.set_own_float(user=ready.partner, station=ready.station, by=ready.partner, at=now()).kind == "float"
    with pytest.raises(services.NoFloatThere):
        services.set_own_float(user=ready.partner, station=other.station, by=ready.partner, at=now())
    stranger = partner_of(other.station)
    with pytest.raises(services.NoFloatThere):
        services.set_own_float(user=stranger, station=other.station, by=stranger, at=now())
    assert PayoutAccount.objects.count() == 1


def test_what_finance_enters_for_a_county_is_used_once_another_officer_has_confirmed_it():
    maker, checker, at = finance_officer(), finance_officer(), now() - dt.timedelta(days=4)
    details = BankDetails("ICBC", ACCOUNT_NO, "泗洪县运营中心")
    account = services.set_bank_account(payee="county-321324", user=None, details=details, by=maker, at=at)
    services.activate_accounts(at=now())
    account.refresh_from_db()
    assert account.status == "pending"
    with pytest.raises(SamePerson):
        services.confirm_payout_account(account=account, by=maker, at=now())
    account.refresh_from_db()
    assert (account.status, account.confirmed_by) == ("pending", None)
    assert services.confirm_payout_account(account=account, by=checker, at=now()).status == "active"
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutAccount.objects.filter(pk=account.pk).update(confirmed_by=maker)


def test_an_account_confirmed_early_still_waits_its_three_days():
    maker, checker = finance_officer(), finance_officer()
    details = BankDetails("ICBC", ACCOUNT_NO, "泗洪县运营中心")
    account = services.set_bank_account(payee="county-321324", user=None, details=details, by=maker, at=now())
    assert services.confirm_payout_account(account=account, by=checker, at=now()).status == "pending"
    services.activate_accounts(at=now() + DAYS_3)
    account.refresh_from_db()
    assert account.status == "active"


def test_a_stopped_account_says_why_and_can_be_used_again():
    officer = finance_officer()
    account = banked(desk().partner)
    stopped = services.restrict_payout_account(account=account, reason="blocked", by=officer, at=now())
    assert (stopped.status, stopped.reason, stopped.is_usable) == ("restricted", "blocked", False)
    assert Notice.objects.filter(template="payout_account_stopped", user=account.user_id).exists()
    with pytest.raises(WrongState):
        services.restrict_payout_account(account=account, reason="again", by=officer, at=now())
    assert services.release_payout_account(account=account, by=officer, at=now()).status == "active"
    assert [(change.old, change.new) for change in changes_of(account)][-2:] == [
        ("restricted", "pending"),
        ("pending", "active"),
    ]


def test_a_rejected_account_is_never_used():
    officer = finance_officer()
    account = named(desk().partner, at=now() - dt.timedelta(days=4))
    services.reject_payout_account(account=account, reason="not his own", by=officer, at=now())
    services.activate_accounts(at=now())
    account.refresh_from_db()
    assert account.status == "rejected"
    with pytest.raises(WrongState):
        services.release_payout_account(account=account, by=officer, at=now())

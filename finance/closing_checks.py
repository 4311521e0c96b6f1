"""What of a station's money stands in the way of its closing."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.language import formatting
from core.money import Money
from finance import chart
from finance.floats.models import FloatTopUp, FloatTransfer
from finance.payments.models import Payment
from finance.tills.models import CashDay, LossCase, OverShort, Remittance
from ledger.models import Account
from ledger.queries import balance
from stations.network.models import Station

UNDER_WAY = (FloatTopUp.Status.REQUESTED, FloatTopUp.Status.FUNDS_SEEN)


def money_left(station: Station) -> list[str]:
    """Sentences, empty when all is settled: till and float hold nothing, every payment has ended.

    Refunds that nobody has fetched bind nobody: the successor owes them (`payments.take_over_funds`).
    """
    return [*_balances(station), *_open_day(station), *_unfinished(station)]


def _balances(station: Station) -> list[str]:
    """The drawer, and the floats of today's partner and of those before."""
    words = {"till": _("till %(amount)s"), "float": _("float %(amount)s")}
    codes = (chart.till(station).code, f"float:{station.code}:")
    accounts = [
        *Account.objects.filter(code=codes[0], closed_at=None),
        *Account.objects.filter(code__startswith=codes[1], closed_at=None).order_by("pk"),
    ]
    held = [(account, balance(account).posted) for account in accounts]
    return [words[account.kind] % {"amount": _display(posted)} for account, posted in held if posted.minor]


def _open_day(station: Station) -> list[str]:
    is_open = CashDay.objects.filter(station=station).exclude(status=CashDay.Status.CLOSED).exists()
    return [_("the cash day is open")] if is_open else []


def _unfinished(station: Station) -> list[str]:
    payments = Payment.objects.filter(station=station).undecided().count()
    topups = FloatTopUp.objects.filter(station=station, status__in=UNDER_WAY).count()
    differences = OverShort.objects.filter(station=station).unsettled().count()
    brought = Remittance.objects.filter(station=station).under_way().count()
    losses = LossCase.objects.filter(station=station, status=LossCase.Status.OPEN).count()
    lent = FloatTransfer.objects.filter(Q(from_station=station) | Q(to_station=station), status="sent").count()
    told = (
        (payments, ngettext("%(n)s payment without an answer", "%(n)s payments without an answer", payments)),
        (topups, ngettext("%(n)s top-up in progress", "%(n)s top-ups in progress", topups)),
        (differences, ngettext("%(n)s cash difference open", "%(n)s cash differences open", differences)),
        (brought, ngettext("%(n)s remittance in transit", "%(n)s remittances in transit", brought)),
        (losses, ngettext("%(n)s loss open", "%(n)s losses open", losses)),
        (lent, ngettext("%(n)s float in transit", "%(n)s floats in transit", lent)),
    )
    return [words % {"n": count} for count, words in told if count]


def _display(money: Money) -> str:
    return formatting.money(money) if formatting.in_chinese() else f"{money} {money.currency}"

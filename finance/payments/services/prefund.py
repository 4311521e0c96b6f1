"""What we hold with a company beforehand runs low: the one who brings money there is told."""

import datetime as dt

from core.gateways.models import Provider
from core.money import Money
from core.notices.services import notify
from core.notices.templates import in_each_language
from stations.accounts.models import Role
from stations.accounts.queries import people_in_role


def tell_of_low_prefund(*, provider: Provider, balance: Money, at: dt.datetime) -> None:
    """Tell every officer of finance, once for each time that the balance falls below its alarm."""
    for user in people_in_role(Role.FINANCE_OFFICER, at=at):
        notify(
            template="prefund_low",
            params={"provider": in_each_language(lambda: provider.title), "balance": balance.display(user.language)},
            language=user.language,
            user=user,
            dedupe_key=f"prefund_low:{provider.code}:{at.isoformat()}:{user.pk}",
            at=at,
        )

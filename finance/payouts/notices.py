"""What payees are told about their payouts and where they go."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "payout_account_set": Template(
        _("Where you are paid was changed. It counts from %(date)s. If this was not you, tell finance at once."),
        sample={"date": "2026-11-28"},
        days=frozenset({"date"}),
    ),
    "payout_account_stopped": Template(
        _("Nothing can be paid to you just now. Look at where you are paid."),
        sample={},
    ),
    "payout_batch_waits": Template(
        _("Batch %(number)s of %(amount)s waits for a second officer."),
        sample={"number": "P-261130-1", "amount": "¥12,480.00"},
    ),
    "payout_paid": Template(
        _("%(amount)s was paid to you."),
        sample={"amount": "¥6.00"},
    ),
    "payout_came_back": Template(
        _("The bank could not pay you %(amount)s. The money is still yours. Look at where you are paid."),
        sample={"amount": "¥6.00"},
    ),
    "payout_not_fetched": Template(
        _("%(amount)s was not fetched in 90 days. It went back to your account with us and is still yours."),
        sample={"amount": "¥6.00"},
    ),
    "payout_has_nowhere_to_go": Template(
        _("%(amount)s waits to be paid to you. Say where: bank account, cash at a station, or your float."),
        sample={"amount": "¥6.00"},
    ),
}

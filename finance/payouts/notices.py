"""What payees are told about their payouts and where they go."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "payout_account_set": Template(
        _("Your payout account was changed, effective %(date)s. If this was not you, tell finance at once."),
        sample={"date": "2026-11-28"},
        days=frozenset({"date"}),
    ),
    "payout_account_stopped": Template(
        _("We cannot pay you at the moment. Check your payout account."),
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
        _("The bank could not pay you %(amount)s. The money is still yours. Check your payout account."),
        sample={"amount": "¥6.00"},
    ),
    "payout_not_fetched": Template(
        _("%(amount)s was not collected in 90 days. It went back to your account with us and is still yours."),
        sample={"amount": "¥6.00"},
    ),
    "payout_has_nowhere_to_go": Template(
        _("%(amount)s is waiting for you. Choose where we pay it: bank account, cash at a station, or your float."),
        sample={"amount": "¥6.00"},
    ),
}

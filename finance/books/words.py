"""What the kinds of accounts are called."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "till": _("drawers"),
    "cash_in_transit": _("cash on its way"),
    "float": _("floats"),
    "customer_funds": _("villagers' money"),
    "commission": _("commission"),
    "supplier": _("suppliers"),
    "farmer": _("farmers"),
    "carrier": _("carriers"),
    "over_short": _("cash differences"),
    "reserve": _("kept back for claims"),
    "subsidy": _("subsidies"),
    "clearing": _("on its way to companies"),
    "biller": _("billers"),
    "operator": _("operators"),
    "fee_receivable": _("fees owed to us"),
    "suspense": _("bank lines not explained"),
    "bank": _("bank accounts"),
    "payout_clearing": _("payouts on their way"),
    "revenue": _("revenue"),
    "tax_payable": _("withheld tax"),
    "unclaimed": _("unclaimed"),
    "expense": _("expense"),
    "collections": _("instalments for lenders"),
}


def kind_words(kind: str) -> str:
    """The kind in words beside its code; kinds of other books by their code alone."""
    return f"{KINDS[kind]} ({kind})" if kind in KINDS else kind

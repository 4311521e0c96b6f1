"""Why less was lent, or nothing: each reason names what was looked at. "Score too low" is none."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """In the order in which a borrower is told of them where they weigh the same."""

    SHORT_ACTIVITY = "short_activity", _("The record of sales and purchases is short.")
    TURNOVER_LOW = "turnover_low", _("What was sold and bought in a year is little beside the amount.")
    RETURNS_MANY = "returns_many", _("Many purchases went back.")
    BILLS_LATE = "bills_late", _("Bills were paid late.")
    NO_LOAN_HISTORY = "no_loan_history", _("No earlier loan was repaid here.")
    LOAN_LATE = "loan_late", _("An earlier loan was more than 30 days late.")
    RECHARGES_FEW = "recharges_few", _("The phone was rarely recharged here.")
    INSTALMENT_HEAVY = "instalment_heavy", _("The instalment takes much of what the household has left in a month.")
    PROOFS_FEW = "proofs_few", _("Proofs of land, house or shop are missing.")
    SHORT_RESIDENCE = "short_residence", _("The borrower has lived in the village for a short time.")
    ACTIVITY_WEAK = "activity_weak", _("What was visited does not carry the loan yet.")
    REFERENCES_FEW = "references_few", _("No independent person could be asked.")
    OTHER_DEBT_HIGH = "other_debt_high", _("Other debts are high beside the income.")
    FEW_RECORDS = "few_records", _("There are few records of sales, purchases, bills or recharges.")
    PURPOSE_UNCLEAR = "purpose_unclear", _("It is not clear what the money is for.")

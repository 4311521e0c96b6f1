"""Help with the tasks of those who audit the books."""

from django.utils.translation import gettext_lazy as _

from core.web.console import Console
from core.web.help import Topic

CONSOLE = Console(
    topics=[
        Topic(
            "finding",
            _("Read and clear audit findings"),
            "eye",
            _("What was checked, where, and what stops meanwhile"),
            steps=(
                _("The audit runs every hour. Each finding names its check, its account and how many rows disagree."),
                _("Open the account: its entries show the balance after each movement."),
                _("While a finding is open, settlement of its county is on hold. Sales go on."),
                _("A wrong posting is corrected by a new one, never by changing the old one."),
                _("The finance officer clears the finding with a reason. If more rows disagree later, it opens again."),
            ),
            verbs=("ledger.read_audit_finding",),
        ),
        Topic(
            "books",
            _("Check the books"),
            "scales",
            _("Trial balance, entries, monthly statements"),
            steps=(
                _("“Books” shows the trial balance of any day: debits and credits must be equal."),
                _("Press a line to see the accounts behind it, and an account to see its entries."),
                _("Each entry leads to its transfer, and the transfer to the payment that caused it."),
                _("Monthly statements have a hash: a changed file no longer matches it."),
            ),
            verbs=("ledger.read_account", "finance.read_account"),
            pages=("books:books", "books:trial", "books:months", "books:account"),
        ),
    ]
)

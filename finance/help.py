"""Help with the tasks of money beside the counter: the clerk's, the manager's, the finance officer's."""

from django.utils.translation import gettext_lazy as _

from core.web.console import Console
from core.web.help import Topic

TOPUP = Topic(
    "top-up",
    _("Match and credit a top-up"),
    "wallet",
    _("The bank line, then the float"),
    steps=(
        _("Open “Waiting top-ups” and take the oldest."),
        _("Choose its bank line: amount and reference must be the same. Lines that fit stand on top."),
        _("Cash brought to the county is counted instead, and the partner signs with a code from the phone."),
        _("The finance officer presses “Add to the float”. That is never the one who matched it."),
        _("The money does not come? Press “Reject” and say why; the partner reads it."),
    ),
    verbs=("finance.match_topup", "finance.credit_topup"),
    pages=("floats:topups", "floats:topup", "floats:count_cash"),
)
REMITTANCE = Topic(
    "remittance",
    _("Receive cash from a station"),
    "coins",
    _("Count it together, note a difference at once"),
    steps=(
        _("Open “Cash in transit” and the remittance with the reference on the bag."),
        _("Count the notes before the one who brings them, and enter the pieces."),
        _("If the amount differs, enter what you counted: the difference is opened and explained later."),
        _("Money paid in at the bank is confirmed by its bank line and the photo of the slip."),
    ),
    verbs=("finance.receive_remittance", "finance.match_remittance"),
    pages=("tills:remittances", "tills:remittance", "tills:declare"),
)
DIFFERENCE = Topic(
    "over-short",
    _("Decide a cash difference"),
    "scales",
    _("First listen, then decide in two persons"),
    steps=(
        _("Open the difference and read what the holder says, the counts and the movements of that day."),
        _("Look for the usual cause: a payment without an answer, a known error, an unsent device."),
        _("Ask the holder to explain it on this page. A difference is a question, not a debt."),
        _("Two persons let the company absorb it, or return what was too much to its payer."),
        _("Only an unexplained shortage is charged: proposed by the county, made by another person seven days later."),
        _("A dispute stops everything. Someone who had no part in it decides."),
    ),
    verbs=("finance.absorb_variance", "finance.charge_variance", "finance.propose_charge"),
    pages=("tills:differences", "tills:difference"),
)
COMPLAINT = Topic(
    "complaint",
    _("Answer a complaint"),
    "bell",
    _("Who handles it, by when, and what to write"),
    steps=(
        _("The list is sorted by deadline: start at the top."),
        _("Press “Assign” and choose who in the county handles it."),
        _("Look at the payment first. If the company has to check, record that you asked it."),
        _("Say how it ended, and write the answer as you would say it to the person."),
        _("Is money owed? Offer goodwill or propose a reversal on the page of the payment."),
        _("Is the person not satisfied? For 30 days the complaint can be reopened."),
    ),
    verbs=("finance.assign_complaint", "finance.resolve_complaint", "finance.decide_dispute"),
    pages=("complaints:complaints", "complaints:county_complaints", "complaints:complaint"),
)
DECISION = Topic(
    "no-outcome",
    _("Enter the outcome of a payment by hand"),
    "clock",
    _("When the company answers neither us nor its own file"),
    steps=(
        _("Ask the company for a written answer, and wait for its daily file: both settle most cases."),
        _("On the page of the payment choose the outcome, and write where it is written."),
        _("Another finance officer reads the evidence and confirms. Neither can do both."),
        _("“Not paid” returns the cash to the resident; “paid” makes the slip final."),
        _("If the company says otherwise later, reconciliation opens a difference."),
    ),
    verbs=("finance.decide_payment",),
)
REFUND = Topic(
    "refund",
    _("Give money back"),
    "coins",
    _("A code, a name, a signature"),
    steps=(
        _("Open “Refunds” and find the person. The amount is fixed; it may also pay another bill."),
        _("Press “Send the code”. The person reads it from their own phone."),
        _("Without a phone, a second person witnesses and a photo of the signed slip is added."),
        _("Has the money not been collected? Call the person, and record each call and what was said."),
    ),
    verbs=("finance.hand_back_cash", "finance.call_refund", "finance.retry_refund"),
    pages=("payments:refunds", "payments:refund"),
)
PLAN = Topic(
    "plan",
    _("Draft and approve a commission plan"),
    "chart",
    _("Who earns what, from which day"),
    steps=(
        _("Draft the next version of the plan: it starts as a copy of the one in force."),
        _("Change its rules. The page shows what each rule pays on a usual amount."),
        _("Choose a first day that is still to come. A sale keeps the plan of its own day."),
        _("Another person reads it and presses “Approve”. People who edited the draft cannot."),
        _("Retire an old version only when no sale needs it any more."),
    ),
    verbs=("finance.edit_commission_plan", "finance.approve_commission_plan"),
    pages=("fees:plans", "fees:plan", "fees:new_plan", "fees:rule", "fees:new_rule"),
)
BATCH = Topic(
    "batch",
    _("Pay out a batch in two persons"),
    "send",
    _("Create, calculate, approve, and the bank’s file"),
    steps=(
        _("“What can be paid now” lists statements that are due and payees whose account is confirmed."),
        _("The first person creates the batch and calculates it. The sum is sealed with a check number."),
        _("The second person compares amount and check number and presses “Approve and pay”."),
        _("Nothing in the batch changes after that. Before it is paid, it can only be cancelled."),
        _("Does the bank need a file? Write it, download it, and upload it at the bank."),
        _("Returned payouts appear under “Returned money”: match each with its bank line, then pay it again."),
    ),
    verbs=("finance.create_payout_batch", "finance.approve_payout_batch"),
    pages=("payouts:batches", "payouts:batch", "payouts:sheet", "payouts:payout", "payouts:returns"),
)
PAYEE = Topic(
    "payee",
    _("Confirm a payout account"),
    "card",
    _("A new bank account counts after a second look"),
    steps=(
        _("A new account waits: nothing is paid to it until it is confirmed."),
        _("Call the payee on the number that we already have, and let them read the last digits."),
        _("Press “Confirm” if they agree, or reject it with a reason."),
        _("If you suspect fraud, restrict the account: payouts wait, earnings are not lost."),
    ),
    verbs=("finance.confirm_payout_account", "finance.enter_payout_account"),
    pages=("payouts:payees", "payouts:payee"),
)
RECONCILE = Topic(
    "reconcile",
    _("Reconcile a day"),
    "check",
    _("Bank statement, company files, differences"),
    steps=(
        _("Import the bank’s statement. A file that was imported before changes nothing."),
        _("Look under “Daily files” for companies whose file is missing, and fetch it again."),
        _("Open the differences, oldest first, and press “Take this case”."),
        _("Compare both sides: the amount and the state with us, and with the company."),
        _("Most are matched automatically by the next file. Close the rest with a reason."),
        _("What cannot be recovered is written off: one person requests it, another writes it off."),
    ),
    verbs=("finance.resolve_recon_item", "finance.import_bank_statement"),
    pages=("recon:board", "recon:item", "recon:import", "recon:bank_line"),
)
DAY = Topic(
    "held-day",
    _("Close a day on hold"),
    "calendar",
    _("What an audit finding stops, and how it goes on"),
    steps=(
        _("A day is on hold because the audit found something in that county. Sales go on; statements wait."),
        _("Open the finding and mend its cause with a new posting. Then the day closes the next night."),
        _("If the county must be paid before that, request the close with a reason."),
        _("Another finance officer reads the reason and closes the day."),
        _("A closed day stays closed: later corrections are booked on the open day."),
    ),
    verbs=("finance.close_book_day",),
    pages=("settlement:closes", "settlement:day"),
)
LOW_FLOATS = Topic(
    "county-floats",
    _("Keep floats from running out"),
    "drop",
    _("Who runs low, who can help, what a rule does"),
    steps=(
        _("The list shows who has less than the next days will need. Start with the first."),
        _("Open the station: the page says how the need was calculated."),
        _("Call the partner. A neighbour with enough can send money at once; a top-up takes until the bank answers."),
        _("If this happens often, ask the finance officer for a higher limit."),
    ),
    verbs=("finance.match_topup", "finance.withdraw_float", "finance.edit_station_money"),
    pages=("floats:stations", "floats:station"),
)

CONSOLE = Console(
    topics=[
        *(TOPUP, REMITTANCE, LOW_FLOATS, COMPLAINT, DIFFERENCE, REFUND),
        *(RECONCILE, DECISION, BATCH, PAYEE, PLAN, DAY),
    ]
)

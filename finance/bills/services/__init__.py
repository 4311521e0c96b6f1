"""Bills: asked for, read back, paid."""

from finance.bills.services.ending import TRADE, bill_ended, days_to_ask_back, distribute_bill
from finance.bills.services.fetching import record_fetch, request_fetch, shown_parameters
from finance.bills.services.paying import (
    AmountNotAllowed,
    BillAlreadyPaid,
    FetchExpired,
    FetchNeeded,
    NothingToPay,
    pay_bill,
    quote_bill,
)
from finance.bills.services.sales import BillInProgress
from finance.bills.services.serving import SERVICE, BillerNotServed

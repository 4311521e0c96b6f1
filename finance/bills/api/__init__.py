"""Bills over the API."""

from finance.bills.api.billers import BillerDetail, BillerList
from finance.bills.api.fetches import BillFetchDetail, BillFetches
from finance.bills.api.payments import BillPayments, BillQuotes
from finance.bills.api.reminders import RemindBill, StopReminding

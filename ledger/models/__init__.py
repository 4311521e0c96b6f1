"""Accounts and transfers.

Balances are kept by triggers in the database (migrations 0002 to 0004); nothing here is ever updated by Python.
"""

from ledger.models.accounts import Account, Book
from ledger.models.audits import AuditFinding, AuditRun
from ledger.models.entries import Entry, QueuedEntry
from ledger.models.statements import AccountStatement, MonthArchive
from ledger.models.transfers import RefundCounter, Transfer, TransferKey

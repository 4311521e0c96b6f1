"""Reconciliation over the API."""

from finance.recon.api.files import ProviderFiles, RiskRows
from finance.recon.api.items import AskWriteOff, AssignReconItem, ReconItems, ResolveReconItem, WriteOffReconItem
from finance.recon.api.statements import BankStatements, ExplainBankLine

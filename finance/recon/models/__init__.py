"""The rows of reconciliation."""

from finance.recon.models.bank import BankExplanation, BankReturn, BankStatement, BankStatementLine
from finance.recon.models.files import ProviderFile, ProviderLine, ProviderSum, ProviderSumShare
from finance.recon.models.items import ReconItem, ReconTally
from finance.recon.models.risks import RiskRow

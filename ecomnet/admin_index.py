"""The first page of the administration: by work, not by app."""

from django.utils.translation import gettext_lazy as _

#: Heading -> models, in this order. What is not named stands under "System".
WORK = {
    _("Waiting for a decision"): [
        "finance.FloatTopUp",
        "finance.PayoutBatch",
        "finance.PayoutAccount",
        "stations.Application",
        "stations.Contract",
        "finance.CommissionPlan",
    ],
    _("Money to reconcile"): [
        "finance.Payment",
        "finance.ReconItem",
        "finance.ProviderFile",
        "finance.ProviderSum",
        "finance.BankStatement",
        "finance.BankStatementLine",
        "finance.RiskRow",
        "finance.CashDay",
        "finance.PayoutLine",
        "core.DailyFile",
        "ledger.AuditFinding",
        "ledger.AuditRun",
        "ledger.Transfer",
        "ledger.Entry",
        "ledger.Account",
        "ledger.AccountStatement",
    ],
    _("Stations that need help"): [
        "stations.Station",
        "stations.ServicePause",
        "core.Instruction",
        "core.Callback",
        "core.Job",
    ],
    _("Reference data"): [
        "stations.Division",
        "stations.SurnameReading",
        "finance.Biller",
        "finance.BillerParameter",
        "finance.Denomination",
        "finance.StationMoney",
        "core.Provider",
        "ledger.Book",
    ],
    _("People and posts"): [
        "stations.User",
        "stations.Post",
        "stations.Device",
        "stations.LoginCode",
        "stations.Person",
        "stations.Household",
        "stations.Consent",
        "stations.AccessRead",
        "stations.Reveal",
    ],
}
SYSTEM = _("System")

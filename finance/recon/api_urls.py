"""API endpoints of reconciliation."""

from django.urls import path

from finance.recon import api

urlpatterns = [
    path("bank-statements/", api.BankStatements.as_view(), name="api-bank-statements"),
    path("bank-lines/<uuid:pk>/explain/", api.ExplainBankLine.as_view(), name="api-bank-line-explain"),
    path("recon-items/", api.ReconItems.as_view(), name="api-recon-items"),
    path("recon-items/<int:pk>/assign/", api.AssignReconItem.as_view(), name="api-recon-item-assign"),
    path("recon-items/<int:pk>/resolve/", api.ResolveReconItem.as_view(), name="api-recon-item-resolve"),
    path("recon-items/<int:pk>/ask-write-off/", api.AskWriteOff.as_view(), name="api-recon-item-ask-write-off"),
    path("recon-items/<int:pk>/write-off/", api.WriteOffReconItem.as_view(), name="api-recon-item-write-off"),
    path("provider-files/", api.ProviderFiles.as_view(), name="api-provider-files"),
    path("risk-rows/", api.RiskRows.as_view(), name="api-risk-rows"),
]

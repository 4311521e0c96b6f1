"""API endpoints of bank statements."""

from django.urls import path

from finance.recon import api

urlpatterns = [path("bank-statements/", api.BankStatements.as_view(), name="api-bank-statements")]

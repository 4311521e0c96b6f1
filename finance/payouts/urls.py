"""Pages of payouts."""

from django.urls import path

from finance.payouts.lists import CAME_BACK, OWN_PAYOUTS
from finance.payouts.views import batches, lines, mine, payees, returns

app_name = "payouts"
urlpatterns = [
    path("", batches.batches, name="batches"),
    path("mine/", OWN_PAYOUTS.view(), name="mine"),
    path("mine/account/", mine.account, name="account"),
    path("payees/", payees.payees, name="payees"),
    *payees.PAYEE.paths("payees/<uuid:pk>/"),
    *batches.BATCH_PAGE.paths("batches/<uuid:pk>/"),
    path("batches/<uuid:pk>/file/", batches.file, name="file"),
    path("batches/<uuid:pk>/sheet/", batches.sheet, name="sheet"),
    path("returns/", CAME_BACK.view(), name="returns"),
    *returns.CAME_BACK.paths("returns/<uuid:pk>/"),
    *lines.PAYOUT.paths("<uuid:pk>/"),
]

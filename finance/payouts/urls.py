"""Pages of payouts."""

from django.urls import path

from finance.payouts.views import batches, lines, mine, payees, returns

app_name = "payouts"
urlpatterns = [
    path("", batches.batches, name="batches"),
    path("mine/", mine.mine, name="mine"),
    path("mine/account/", mine.account, name="account"),
    path("payees/", payees.payees, name="payees"),
    path("payees/<uuid:pk>/", payees.payee, name="payee"),
    path("payees/<uuid:pk>/confirm/", payees.confirm, name="confirm"),
    path("payees/<uuid:pk>/restrict/", payees.restrict, name="restrict"),
    path("payees/<uuid:pk>/release/", payees.release, name="release-payee"),
    path("payees/<uuid:pk>/reject/", payees.reject, name="reject"),
    path("batches/<uuid:pk>/", batches.batch, name="batch"),
    path("batches/<uuid:pk>/calculate/", batches.calculate, name="calculate"),
    path("batches/<uuid:pk>/release/", batches.release, name="release"),
    path("batches/<uuid:pk>/export/", batches.export, name="export"),
    path("batches/<uuid:pk>/cancel/", batches.cancel, name="cancel"),
    path("batches/<uuid:pk>/file/", batches.file, name="file"),
    path("batches/<uuid:pk>/sheet/", batches.sheet, name="sheet"),
    path("returns/", returns.returns, name="returns"),
    path("returns/<uuid:pk>/", returns.came_back, name="came_back"),
    path("returns/<uuid:pk>/match/", returns.match, name="match"),
    path("<uuid:pk>/", lines.payout, name="payout"),
    path("<uuid:pk>/reissue/", lines.reissue, name="reissue"),
]

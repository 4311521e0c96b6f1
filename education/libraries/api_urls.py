"""API endpoints of libraries."""

from django.urls import path

from education.libraries.api import collection, crates, lending, stock_takes

urlpatterns = [
    path("libraries/", collection.Libraries.as_view(), name="api-libraries"),
    path("stations/<str:code>/library/", collection.OpenLibrary.as_view(), name="api-station-library"),
    path("libraries/<int:pk>/copies/", collection.AddCopies.as_view(), name="api-library-copies"),
    path("libraries/<int:pk>/loans/", lending.LendCopy.as_view(), name="api-library-loans"),
    path("libraries/<int:pk>/returns/", lending.ReturnCopy.as_view(), name="api-library-returns"),
    path("libraries/<int:pk>/arrivals/", lending.ReceiveCopy.as_view(), name="api-library-arrivals"),
    path("libraries/<int:pk>/holds/", lending.PlaceHold.as_view(), name="api-library-holds"),
    path("libraries/<int:pk>/stock-takes/", stock_takes.StartStockTake.as_view(), name="api-library-stock-takes"),
    path("copies/", collection.Copies.as_view(), name="api-copies"),
    path("copies/<int:pk>/withdraw/", collection.WithdrawCopy.as_view(), name="api-copy-withdraw"),
    path("book-loans/", lending.BookLoans.as_view(), name="api-book-loans"),
    path("book-loans/<uuid:pk>/renew/", lending.RenewLoan.as_view(), name="api-book-loan-renew"),
    path("book-holds/", lending.BookHolds.as_view(), name="api-book-holds"),
    path("book-holds/<uuid:pk>/cancel/", lending.CancelHold.as_view(), name="api-book-hold-cancel"),
    path("book-crates/", crates.BookCrates.as_view(), name="api-book-crates"),
    path("libraries/<int:pk>/crates/", crates.StartCrate.as_view(), name="api-library-crates"),
    path("book-crates/<uuid:pk>/packed-books/", crates.PackCopy.as_view(), name="api-book-crate-pack"),
    path("book-crates/<uuid:pk>/unpacked-books/", crates.UnpackCopy.as_view(), name="api-book-crate-unpack"),
    path("book-crates/<uuid:pk>/send/", crates.SendCrate.as_view(), name="api-book-crate-send"),
    path("book-crates/<uuid:pk>/cancel/", crates.CancelCrate.as_view(), name="api-book-crate-cancel"),
    path("book-crates/<uuid:pk>/receive/", crates.ReceiveCrate.as_view(), name="api-book-crate-receive"),
    path("book-crates/<uuid:pk>/count/", crates.CountCopy.as_view(), name="api-book-crate-count"),
    path("book-crates/<uuid:pk>/close/", crates.CloseBookCrate.as_view(), name="api-book-crate-close"),
    path("stock-takes/<uuid:pk>/scans/", stock_takes.ScanCopy.as_view(), name="api-stock-take-scans"),
    path("stock-takes/<uuid:pk>/close/", stock_takes.CloseStockTake.as_view(), name="api-stock-take-close"),
]

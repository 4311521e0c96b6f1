"""Pages of libraries."""

from django.urls import path

from education.libraries import views
from education.libraries.crate_pages import CRATE_PAGE
from education.libraries.lists import COPIES, CRATES, HOLDS, LIBRARIES, LOANS

app_name = "libraries"
urlpatterns = [
    path("", LIBRARIES.view(), name="libraries"),
    path("desk/", views.desk, name="desk"),
    path("reserve/", views.reserve, name="reserve"),
    *views.LIBRARY_PAGE.paths("<int:pk>/"),
    path("copies/", COPIES.view(), name="copies"),
    *views.COPY_PAGE.paths("copies/<int:pk>/"),
    path("book-loans/", LOANS.view(), name="loans"),
    *views.LOAN_PAGE.paths("book-loans/<uuid:pk>/"),
    path("book-holds/", HOLDS.view(), name="holds"),
    *views.HOLD_PAGE.paths("book-holds/<uuid:pk>/"),
    path("crates/", CRATES.view(), name="crates"),
    *CRATE_PAGE.paths("book-crates/<uuid:pk>/"),
    *views.STOCK_TAKE_PAGE.paths("stock-takes/<uuid:pk>/"),
]

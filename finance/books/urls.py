"""Pages of the books."""

from django.urls import path

from finance.books import views

app_name = "books"
urlpatterns = [
    path("", views.books, name="books"),
    path("<str:code>/", views.trial, name="trial"),
    path("<str:code>/table/", views.table, name="table"),
    path("<str:code>/months/", views.months, name="months"),
    path("<str:code>/accounts/<int:pk>/", views.account, name="account"),
]

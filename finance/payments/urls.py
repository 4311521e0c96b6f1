"""Pages of payments and refunds."""

from django.urls import path

from finance.payments import views

app_name = "payments"
urlpatterns = [
    path("payments/", views.payments, name="payments"),
    path("payments/<uuid:pk>/", views.payment, name="payment"),
    path("payments/<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("payments/<uuid:pk>/ask-back/", views.ask_back, name="ask-back"),
    path("payments/<uuid:pk>/ask-back/send-code/", views.send_reversal_code, name="send-reversal-code"),
    path("payments/<uuid:pk>/receipt/", views.receipt, name="receipt"),
    path("payments/<uuid:pk>/printed/", views.printed, name="printed"),
    path("refunds/<uuid:pk>/", views.refund, name="refund"),
    path("refunds/<uuid:pk>/send-code/", views.send_code, name="send-code"),
]

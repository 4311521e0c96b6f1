"""The page of messages, at the root."""

from django.urls import path

from stations.inbox import views

app_name = "inbox"
urlpatterns = [path("notices/", views.messages, name="messages")]

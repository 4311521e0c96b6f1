"""API endpoints of statements."""

from django.urls import path

from education.statements.api import XapiStatements

urlpatterns = [path("xapi-statements/", XapiStatements.as_view(), name="api-xapi-statements")]

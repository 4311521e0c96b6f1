"""Pages of this app: a table of contents."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("stations.accounts.urls")),
<<<<<<< HEAD
    path("", include("stations.inbox.urls")),
=======
    path("", include("stations.people.urls")),
>>>>>>> 57eefa2 (Pages of residents: find, register, correct, agree, look)
]

"""What the pages of accounts share: the steps that come before any work, and how a form's page is shown."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control

private = cache_control(no_store=True, private=True)


def while_due(view: Any) -> Any:
    """One of the steps that come before any work (`DueStepsMiddleware`)."""
    view.while_due = True
    return view


def page(request: HttpRequest, name: str, form: Any, **context: Any) -> HttpResponse:
    """The page of this name, 422 when its form says why nothing was done."""
    query = request.GET.urlencode()
    context = {"form": form, "query": f"?{query}" if query else "", **context}
    return render(request, f"stations/accounts/{name}.html", context, status=422 if form.errors else 200)

"""What a loan would cost."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now

from core.access import requires
from core.errors import Refused
from finance.loans.display import chart_of, percent, table_of
from finance.loans.forms import QuoteForm
from finance.loans.models import LoanProductVersion
from finance.loans.services import Quote, quote_loan
from stations.requests import SignedInRequest

READ = "finance.read_loan_product"


@requires(READ)
def quote(request: SignedInRequest) -> HttpResponse:
    """What a loan would cost: the four figures that a borrower must be able to repeat, and every instalment."""
    rows = LoanProductVersion.objects.active().open_to(request.user, READ)
    versions = list(rows.select_related("product__lender").order_by("product__code", "pk"))
    if not versions:
        return render(request, "finance/loans/quote.html", {"versions": versions})
    chosen = next((row for row in versions if str(row.pk) == request.GET.get("version")), versions[0])
    typed = request.GET if "amount" in request.GET else _usual(chosen)
    form = QuoteForm(typed, versions=versions, chosen=chosen)
    made = _quoted(form, chosen)
    page = {
        "versions": versions,
        "form": form,
        "lender": chosen.product.lender.shown_name,
        "quote": made,
        "chart": chart_of(made) if made else None,
        "table": table_of(made.schedule, chosen.currency) if made else None,
        "nominal": percent(made.price.nominal_bp) if made else "",
        "effective": percent(made.price.effective_bp) if made else "",
        "is_moved": made is not None and any(row.due != row.end for row in made.schedule.rows),
    }
    return render(request, "finance/loans/quote.html", page, status=200 if made else 422)


def _usual(version: LoanProductVersion) -> dict[str, str]:
    return {
        "version": str(version.pk),
        "amount": str(version.usual),
        "installments": str(version.installments_offered[len(version.installments_offered) // 2]),
    }


def _quoted(form: QuoteForm, version: LoanProductVersion) -> Quote | None:
    if not form.is_valid():
        return None
    typed = form.cleaned_data
    try:
        return quote_loan(version=version, amount=typed["amount"], installments=typed["installments"], at=now())
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None

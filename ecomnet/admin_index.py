"""The first page of the administration: the tables of each subject together."""

from django.utils.translation import gettext_lazy as _

#: Heading -> the modules whose models stand below it, in this order.
SUBJECTS = {
    _("Payments, slips and refunds"): ("finance.payments",),
    _("Bills and recharges"): ("finance.bills", "finance.recharge"),
    _("Tills and cash"): ("finance.tills",),
    _("Floats"): ("finance.floats",),
    _("Reconciliation"): ("finance.recon",),
    _("Commissions and prices"): ("finance.fees",),
    _("Settlement and payouts"): ("finance.settlement", "finance.payouts"),
    _("Complaints"): ("finance.complaints",),
    _("Goods and stock"): ("orders.catalog", "orders.stock"),
    _("Orders of goods"): ("orders.purchases", "orders.groups", "orders.returns"),
    _("Promotions"): ("orders.promotions",),
    _("Farmers’ shops"): ("orders.shops",),
    _("Parcels to the city"): ("orders.shipping", "orders.subsidies"),
    _("Produce"): ("orders.produce",),
    _("Presales"): ("orders.presales",),
    _("Parcels"): ("logistics.parcels",),
    _("Vans and buses"): ("logistics.routes",),
    _("Loan products and applications"): ("finance.loans.models.products", "finance.loans.models.applications"),
    _("Groups of borrowers"): ("finance.loans.models.groups",),
    _("Loans"): ("finance.loans",),
    _("How good loans are"): ("finance.loans.models.portfolio",),
    _("Learning"): ("education",),
    _("Insurance products"): ("finance.insurance.models.products",),
    _("Insurance and funds"): ("finance.insurance",),
    _("Cover by weather"): ("finance.insurance.models.index_sources", "finance.insurance.models.index_payouts"),
    _("Insurance claims"): (
        "finance.insurance.models.claims",
        "finance.insurance.models.claim_payments",
        "finance.insurance.models.evidence",
        "finance.insurance.models.appeals",
        "finance.insurance.models.counters",
    ),
    _("Credit facts and scores"): ("finance.credit",),
    _("Hospitals and appointments"): ("health",),
    _("Health articles and campaigns"): ("health.promotion",),
    _("The books"): ("ledger",),
    _("Stations"): ("stations.network", "stations.recruitment", "stations.contracts"),
    _("Inspections and scores"): ("stations.inspections", "stations.scores"),
    _("Accounts and posts"): ("stations.accounts",),
    _("Residents and their data"): ("stations.people", "stations.duplicates", "stations.archive", "stations.rights"),
    _("Places and calendars"): ("stations.places", "scheduling"),
    _("Providers and their messages"): ("core.gateways", "core.notices", "orders.suppliers", "education.statements"),
    _("Jobs, events and keys"): ("core",),
}


def subject_of(model: type) -> int:
    """The number of the heading below which a model stands: that of the longest module that holds it."""
    places = [
        (len(module), number)
        for number, modules in enumerate(SUBJECTS.values())
        for module in modules
        if f"{model.__module__}.".startswith(f"{module}.")
    ]
    if not places:
        raise LookupError(f"{model.__module__} stands below no heading of the administration.")
    return max(places)[1]

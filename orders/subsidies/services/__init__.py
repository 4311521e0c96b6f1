"""The verbs of subsidies."""

from orders.subsidies.services.accruing import accrue_subsidy

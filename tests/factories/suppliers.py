"""Suppliers with an order system, which the sandbox plays."""

from core.models import Provider
from orders.models import Supplier
from tests.factories.gateways import ProviderFactory


def with_system(supplier: Supplier) -> Supplier:
    """The supplier, whose order system is the company MILL of the sandbox."""
    supplier.system = mill()
    supplier.save(update_fields=["system", "updated_at"])
    return supplier


def mill() -> Provider:
    """The company whose system takes orders; it sends no daily files."""
    return Provider.objects.filter(code="MILL").first() or ProviderFactory(code="MILL", file_time=None)

"""Who may look at photos of goods that came back: whoever reads the return."""

from core.files.models import StoredFile
from orders.returns.models import Return
from stations.accounts.models import User


def may_see(user: User, file: StoredFile) -> bool:
    """The photo of what is wrong."""
    return Return.objects.open_to(user, "orders.read_purchase").filter(lines__photo=file).exists()

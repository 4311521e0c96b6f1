"""Who may look at photos of boxes that were bad: whoever reads the order."""

from core.files.models import StoredFile
from orders.presales.models import PresaleClaim
from stations.accounts.models import User


def may_see(user: User, file: StoredFile) -> bool:
    """The photo of what is wrong."""
    return PresaleClaim.objects.open_to(user, "orders.read_presale_order").filter(photo=file).exists()

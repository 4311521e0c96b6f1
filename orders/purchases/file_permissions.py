"""Who may look at papers that suppliers have signed: whoever reads the order."""

from core.files.models import StoredFile
from orders.purchases.models import Fulfilment
from stations.accounts.models import User


def may_see(user: User, file: StoredFile) -> bool:
    """The paper with which a supplier fetched its goods."""
    return Fulfilment.objects.open_to(user, "orders.read_purchase").filter(given_back_photo=file).exists()

"""Who may look at photos of articles: whoever reads the shop; the public page shows them by itself."""

from core.files.models import StoredFile
from orders.shops.models import ShopArticle
from stations.accounts.models import User


def may_see(user: User, file: StoredFile) -> bool:
    """The photo of an article."""
    return ShopArticle.objects.open_to(user, "orders.read_shop").filter(photo=file).exists()

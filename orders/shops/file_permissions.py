"""Who may look at photos of articles: whoever reads the shop; the public page shows them by itself."""

from core.files.models import StoredFile
from orders.shops.models import ShopArticle, ShopClaim
from stations.accounts.models import User


def may_see(user: User, file: StoredFile) -> bool:
    """The photo of an article, or of what a buyer complains about."""
    verb = "orders.read_shop"
    return (
        ShopArticle.objects.open_to(user, verb).filter(photo=file).exists()
        or ShopClaim.objects.open_to(user, verb).filter(photos__file=file).exists()
    )

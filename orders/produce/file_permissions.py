"""Who may look at photos of what farmers brought: whoever reads the intake."""

from core.files.models import StoredFile
from orders.produce.models import Intake
from stations.accounts.models import User


def may_see(user: User, file: StoredFile) -> bool:
    """The photo from the scale."""
    return Intake.objects.open_to(user, "orders.read_intake").filter(photo=file).exists()

"""Who may look at photos of parcels: whoever reads the parcel."""

from core.files.models import StoredFile
from logistics.parcels.models import Parcel, ParcelEvent
from stations.accounts.models import User

READ = "logistics.read_parcel"


def may_see(user: User, file: StoredFile) -> bool:
    """The photo of a hand-over without a code, and of damage."""
    shown = ParcelEvent.objects.filter(photo=file).values("parcel")
    reached = Parcel.objects.open_to(user, READ)
    return reached.filter(photo=file).exists() or reached.filter(pk__in=shown).exists()

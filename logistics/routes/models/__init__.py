"""What is stored of routes, their runs, and bags."""

from logistics.routes.models.bags import Bag, BagParcel
from logistics.routes.models.routes import Carrier, Route, RouteStop
from logistics.routes.models.runs import RouteRun, RunException, RunStop

"""Campaigns of school kits, the kits, who is entitled to one and was handed one, the way back, and what went wrong."""

from education.supplies.models.campaigns import READ, READ_HANDOVER, Campaign, Handover, Kit
from education.supplies.models.crates import READ_CRATE, KitCrate
from education.supplies.models.entitlements import READ_ENTITLEMENT, KitEntitlement
from education.supplies.models.second_handovers import SecondHandover
from education.supplies.models.settlements import READ_SETTLEMENT, KitSettlement

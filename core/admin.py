"""Administration of this app: a table of contents."""

from core.gateways.admin import CallbackAdmin, DailyFileAdmin, InstructionAdmin, ProviderAdmin

__all__ = ["CallbackAdmin", "DailyFileAdmin", "InstructionAdmin", "ProviderAdmin"]

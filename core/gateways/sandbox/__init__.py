"""The sandbox provider: a company that executes what the protocol asks and misbehaves on request.

A process of its own (`python -m core.gateways.sandbox`) with its own SQLite file. It speaks docs/providers.md and
shares no code with our client, so that the two prove each other: nothing here comes from the rest of the house.
"""

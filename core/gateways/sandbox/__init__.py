"""The sandbox provider: a company that executes what the protocol asks and misbehaves on request.

A separate process (`python -m core.gateways.sandbox`) with its own SQLite file. It implements docs/providers.md and
shares no code with our client, so that each tests the other: it imports nothing else of the system.
"""

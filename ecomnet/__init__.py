"""The top package: settings, addresses, wiring and grants. The only pages that know everybody."""

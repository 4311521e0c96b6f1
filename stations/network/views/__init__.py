"""Pages of stations: the public sign, the own station, the county's list."""

"""Farmers' shops: opened with the station's help, open to the city, paid once, packed in the village."""

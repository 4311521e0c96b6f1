"""The demonstration: four real counties, forty stations, twenty thousand invented residents, three months of bills.

Places are real, people and money are invented. It is loaded once, by `manage.py load_demonstration`.
"""

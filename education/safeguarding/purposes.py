"""The purposes of consent that belong to education; their texts are data of the stations."""

EDUCATION_RECORD = "education_record"
PARENT_CALLS = "parent_calls"
SCHOOL_SUPPLIES = "school_supplies"
PHOTO_USE = "photo_use"

#: What a confirmed guardian gives for every minor.
FOR_CHILDREN = (EDUCATION_RECORD, PARENT_CALLS, SCHOOL_SUPPLIES, PHOTO_USE)
#: So many months a consent for a child holds from the day on which it was given, that day of the month included.
HOLDS_MONTHS = 12

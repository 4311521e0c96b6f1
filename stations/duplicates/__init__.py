"""Two records of one person: shown side by side, merged by two people, and taken apart again within 30 days."""

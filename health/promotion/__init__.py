"""Articles about health that stations show, campaigns, and how many people are reached."""

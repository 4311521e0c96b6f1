"""Routes of vans and village buses: their stops, the runs of a day, bags, and what a run took in and gave out."""

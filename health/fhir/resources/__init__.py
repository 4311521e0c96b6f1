"""One module for each type of resource: which rows it shows, and the pure function from a row to the resource."""

-- How many names begin with what somebody has typed is estimated from these: many, and articles are read in their order
-- until the page is full; few, and those are read. From 100 steps of some millions of keys nobody tells one from the other.
ALTER TABLE orders_productkey ALTER COLUMN key SET STATISTICS 1000;

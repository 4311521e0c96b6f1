CREATE TABLE core_forgettable (
    table_name text PRIMARY KEY,
    clock_column text NOT NULL,
    shortest interval NOT NULL CHECK (shortest >= interval '30 days')
);

CREATE TABLE core_referenceversion (
    version bigint NOT NULL DEFAULT hashtextextended(gen_random_uuid()::text, 0),
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only)
);

INSERT INTO core_referenceversion DEFAULT VALUES;

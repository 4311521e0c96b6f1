CREATE SEQUENCE core_referenceversion_version;

CREATE TABLE core_referenceversion (
    version bigint NOT NULL DEFAULT nextval('core_referenceversion_version'),
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only)
);

INSERT INTO core_referenceversion DEFAULT VALUES;

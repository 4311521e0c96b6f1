DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecomnet_app') THEN
        GRANT SELECT ON django_migrations TO ecomnet_app;
    END IF;
END
$$;

REVOKE ALL ON FUNCTION forget_old_rows(text, timestamptz, integer) FROM PUBLIC;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecomnet_app') THEN
        REVOKE INSERT, UPDATE, DELETE ON core_forgettable FROM ecomnet_app;
        GRANT EXECUTE ON FUNCTION forget_old_rows(text, timestamptz, integer) TO ecomnet_app;
    END IF;
END
$$;

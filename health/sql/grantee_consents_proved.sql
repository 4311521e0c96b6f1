CREATE TRIGGER grantee_records_no_own_consent BEFORE INSERT ON health_granteeconsent
    FOR EACH ROW EXECUTE FUNCTION health_check_grantee_consent();

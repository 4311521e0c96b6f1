CREATE TRIGGER concern_stays BEFORE UPDATE OR DELETE ON education_concern
    FOR EACH ROW EXECUTE FUNCTION education_keep_concern();

CREATE TRIGGER concern_is_not_truncated BEFORE TRUNCATE ON education_concern
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CALL make_append_only('education_concernnote');

-- Words of and about a learner who was erased may be taken out of rows that otherwise stay as they were written.
DROP TRIGGER refuse_update_delete ON education_quizanswer;

CREATE TRIGGER refuse_update_delete BEFORE UPDATE OR DELETE ON education_quizanswer
    FOR EACH ROW EXECUTE FUNCTION education_keep_answers();

DROP TRIGGER refuse_update_delete ON education_quizwaiver;

CREATE TRIGGER refuse_update_delete BEFORE UPDATE OR DELETE ON education_quizwaiver
    FOR EACH ROW EXECUTE FUNCTION education_keep_waivers();

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecomnet_app') THEN
        GRANT UPDATE (value, updated_at) ON education_quizanswer TO ecomnet_app;
        GRANT UPDATE (reason, updated_at) ON education_quizwaiver TO ecomnet_app;
    END IF;
END
$$;

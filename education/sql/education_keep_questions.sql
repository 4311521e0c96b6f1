-- What a quiz asks stays as it was when the first learner could see it: questions change in a draft alone.
CREATE OR REPLACE FUNCTION education_keep_questions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.quiz_id ELSE NEW.quiz_id END;
BEGIN
    IF EXISTS (SELECT FROM education_quiz WHERE id = changed AND status <> 'draft') THEN
        RAISE EXCEPTION '%: the questions of a quiz that was offered do not change', TG_NAME
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;

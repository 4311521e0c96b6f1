-- What a class is taught by stays as it was submitted: lessons change in a draft alone.
CREATE OR REPLACE FUNCTION education_keep_lessons() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.course_id ELSE NEW.course_id END;
BEGIN
    IF EXISTS (SELECT FROM education_course WHERE id = changed AND status <> 'draft') THEN
        RAISE EXCEPTION '%: the lessons of a submitted course do not change', TG_NAME
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;

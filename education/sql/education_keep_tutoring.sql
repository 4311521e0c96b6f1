-- A lesson with a minor begins with an adult who is named, and the tutor is not that adult.
CREATE OR REPLACE FUNCTION education_keep_tutoring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.adult_present_id IS NULL AND EXISTS (
        SELECT FROM education_sessionlearner WHERE session_id = NEW.id AND consent_id IS NOT NULL
    ) THEN
        RAISE EXCEPTION '%: a lesson with a minor begins with an adult', TG_NAME
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'tutoring_of_minors_names_an_adult';
    END IF;
    IF NEW.adult_present_id = (SELECT person_id FROM education_tutor WHERE id = NEW.tutor_id) THEN
        RAISE EXCEPTION '%: the tutor is not the adult who is present', TG_NAME
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'tutoring_of_minors_names_an_adult';
    END IF;
    RETURN NEW;
END
$$;

-- An answer stays as it arrived. Of a learner who was erased it goes, and the row stays.
CREATE OR REPLACE FUNCTION education_keep_answers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := '{value,updated_at}';
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.value = '{}' AND to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change AND EXISTS (
        SELECT
          FROM education_quizattempt AS attempt
          JOIN education_enrolment AS enrolment ON enrolment.id = attempt.enrolment_id
          JOIN stations_person AS learner ON learner.id = enrolment.learner_id
         WHERE attempt.id = NEW.attempt_id AND learner.erased_at IS NOT NULL
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

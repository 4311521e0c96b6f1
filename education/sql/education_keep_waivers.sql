-- Why somebody was excused stays as it was written. Of a learner who was erased the words go, and the row stays.
CREATE OR REPLACE FUNCTION education_keep_waivers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := '{reason,updated_at}';
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.reason = '–' AND to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change AND EXISTS (
        SELECT
          FROM education_enrolment AS enrolment
          JOIN stations_person AS learner ON learner.id = enrolment.learner_id
         WHERE enrolment.id = NEW.enrolment_id AND learner.erased_at IS NOT NULL
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

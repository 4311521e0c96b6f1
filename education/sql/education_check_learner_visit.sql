-- On the screen of a class its own learners open their pages, and nobody else.
CREATE OR REPLACE FUNCTION education_check_learner_visit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM education_learnerscreen AS screen
          JOIN education_enrolment AS seat ON seat.run_id = screen.run_id
         WHERE screen.id = NEW.screen_id AND seat.id = NEW.enrolment_id AND seat.status = 'enrolled'
               AND screen.ended_at IS NULL
    ) THEN
        RAISE EXCEPTION '%: a learner opens a page on a screen of the own class', TG_NAME
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                  CONSTRAINT = 'page_is_of_a_learner_of_the_class';
    END IF;
    RETURN NEW;
END
$$;

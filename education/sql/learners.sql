CALL keep_columns('education_learnerscreen', 'run_id', 'device_id', 'opened_by_id', 'opened_at');

CALL keep_columns('education_learnervisit', 'screen_id', 'enrolment_id', 'opened_at');

CREATE TRIGGER screen_is_a_device_of_the_station BEFORE INSERT ON education_learnerscreen
    FOR EACH ROW EXECUTE FUNCTION education_check_learner_screen();

CREATE TRIGGER page_is_of_a_learner_of_the_class BEFORE INSERT ON education_learnervisit
    FOR EACH ROW EXECUTE FUNCTION education_check_learner_visit();

CREATE TRIGGER tutoring_of_minors_names_an_adult BEFORE INSERT OR UPDATE ON education_tutoringsession
    FOR EACH ROW WHEN (NEW.started_at IS NOT NULL) EXECUTE FUNCTION education_keep_tutoring();

CALL keep_columns(
    'education_tutoringsession',
    'booking_id', 'tutor_id', 'station_id', 'subject', 'minutes', 'rate_minor', 'currency'
);

CALL keep_columns('education_sessionlearner', 'session_id', 'place', 'learner_id', 'consent_id');

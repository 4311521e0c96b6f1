CREATE TRIGGER lessons_of_a_submitted_course_stay BEFORE INSERT OR UPDATE OR DELETE ON education_lesson
    FOR EACH ROW EXECUTE FUNCTION education_keep_lessons();

CREATE TRIGGER attendance_stays BEFORE UPDATE OR DELETE ON education_attendancerecord
    FOR EACH ROW EXECUTE FUNCTION education_keep_attendance();

CREATE TRIGGER attendance_is_not_truncated BEFORE TRUNCATE ON education_attendancerecord
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CALL make_append_only('education_learningevent');

CREATE TRIGGER questions_of_an_offered_quiz_stay BEFORE INSERT OR UPDATE OR DELETE ON education_question
    FOR EACH ROW EXECUTE FUNCTION education_keep_questions();

CREATE TRIGGER answer_is_of_the_quiz_taken BEFORE INSERT ON education_quizanswer
    FOR EACH ROW EXECUTE FUNCTION education_check_answer();

CALL make_append_only('education_quizanswer');

CALL make_append_only('education_quizwaiver');

CALL keep_columns(
    'education_quiz', 'lesson_id', 'title', 'purpose', 'seed', 'max_attempts', 'time_limit_s', 'pass_mark_bp', 'is_mandatory'
);

CALL keep_columns('education_quizattempt', 'quiz_id', 'enrolment_id', 'number', 'started_at', 'ends_at');

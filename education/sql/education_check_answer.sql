-- An answer is about a question of the quiz that is taken, and comes while the attempt goes on.
CREATE OR REPLACE FUNCTION education_check_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT
          FROM education_quizattempt AS attempt
          JOIN education_question AS question ON question.quiz_id = attempt.quiz_id
         WHERE attempt.id = NEW.attempt_id AND question.id = NEW.question_id AND attempt.status = 'initialized'
    ) THEN
        RAISE EXCEPTION '%: an answer belongs to a question of the attempt that goes on', TG_NAME
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'answer_is_of_the_quiz_taken';
    END IF;
    RETURN NEW;
END
$$;

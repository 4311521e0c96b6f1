CALL keep_columns(
    'education_homeworktask', 'session_id', 'tutoring_id', 'station_id', 'teacher_id', 'title', 'due_at', 'is_mandatory', 'set_at'
);

CALL keep_columns('education_homeworksubmission', 'task_id', 'learner_id');

CALL keep_columns('education_homeworkphoto', 'submission_id', 'photo_id', 'kept_at');

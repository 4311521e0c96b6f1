CALL keep_columns(
    'education_contentpackage', 'lesson_id', 'title', 'standard', 'launch', 'size', 'sha256', 'author_id', 'added_at'
);

CALL make_append_only('education_packagefile');

CALL keep_columns('education_scormstate', 'enrolment_id', 'package_id', 'started_at');

DROP TRIGGER columns_stay ON education_contentpackage;

CALL keep_columns(
    'education_contentpackage', 'lesson_id', 'title', 'standard', 'launch', 'licence', 'creators', 'size', 'sha256',
    'author_id', 'added_at'
);

CALL make_append_only('education_packageoutcome');

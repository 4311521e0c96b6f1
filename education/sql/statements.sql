CALL keep_columns('education_statement', 'kind', 'actor_id', 'station_id', 'content', 'happened_at', 'stored_at');

CALL keep_columns('education_recordstore', 'county_id');

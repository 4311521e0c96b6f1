CALL keep_columns('scheduling_calendarfeed', 'person_id', 'ref', 'made_by_id', 'made_at');

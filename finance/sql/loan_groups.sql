CALL keep_columns('finance_borrowergroup', 'station_id', 'first_meeting_date', 'every_weeks', 'joint_liability',
    'formed_by_id', 'formed_at');

CALL keep_columns('finance_groupmember', 'group_id', 'person_id', 'added_by_id', 'joined_at');

CALL make_append_only('finance_collectionsheet');

CALL make_append_only('finance_sheetline');

CALL keep_columns('education_roomlink', 'session_id', 'from_at', 'by_device');

CALL keep_columns('education_broadcastlink', 'session_id', 'from_at', 'by_device');

CALL keep_columns('education_kitsettlement', 'kit_id', 'outcome', 'reason', 'proposed_by_id', 'proposed_at');

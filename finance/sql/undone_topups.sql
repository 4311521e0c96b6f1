CALL keep_columns('finance_topupundo', 'topup_id', 'bank_line_id', 'reason', 'asked_by_id', 'asked_at');

CALL keep_rows('finance_topupundo');

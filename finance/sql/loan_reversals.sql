CALL keep_columns('finance_loanreversal', 'receipt_id', 'reason', 'at_counter', 'asked_by_id', 'asked_at');

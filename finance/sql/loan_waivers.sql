CALL keep_columns('finance_loanadjustment', 'loan_id', 'kind', 'reason', 'asked_by_id', 'asked_at', 'installments',
    'grace_principal', 'asked_minor');

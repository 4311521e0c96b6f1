DROP TRIGGER columns_stay ON finance_loanadjustment;

CALL keep_columns('finance_loanadjustment', 'loan_id', 'kind', 'reason', 'asked_by_id', 'asked_at', 'installments',
    'grace_principal', 'asked_minor', 'rate_ppm', 'valid_from_date');

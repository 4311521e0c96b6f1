CALL make_append_only('finance_claimcheck');

CALL make_append_only('finance_counterentry');

CALL keep_columns('finance_claim', 'key', 'number', 'policy_id', 'person_id', 'benefit_id', 'peril', 'event_date',
    'event_ref', 'station_id', 'payee_id', 'claimed_minor', 'currency', 'filer_id', 'restores_id', 'started_at');

CALL keep_rows('finance_claim');

CALL keep_columns('finance_claimevidence', 'claim_id', 'kind', 'sha256', 'total_minor', 'public_cover_minor',
    'self_paid_minor', 'currency', 'added_by_id', 'added_at');

CALL keep_columns('finance_claimdecision', 'claim_id', 'step', 'amount_minor', 'currency', 'reasons', 'words', 'by_id', 'at');

CALL keep_rows('finance_claimdecision');

CALL keep_columns('finance_claimpayment', 'claim_id', 'payer_id', 'amount_minor', 'currency', 'hold_transfer_id',
    'sent_by_id', 'sent_at');

CALL keep_rows('finance_claimpayment');

CALL keep_columns('finance_appeal', 'claim_id', 'words', 'filed_by_id', 'filed_at', 'claim_filer_id',
    'claim_assessor_id', 'claim_decider_id');

CALL keep_rows('finance_appeal');

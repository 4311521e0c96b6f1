CALL keep_columns('finance_partnervintage', 'partner_ref', 'county_id', 'quarter_date', 'as_of_date', 'currency');

CALL keep_columns('finance_recommendationstanding', 'partner_ref');

CALL keep_columns('finance_reinstatement', 'standing_id', 'reason', 'asked_by_id', 'asked_at');

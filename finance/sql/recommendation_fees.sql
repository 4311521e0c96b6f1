CALL keep_columns('finance_recommendationfee', 'loan_id', 'stage', 'base_minor', 'business_date');

CALL make_append_only('finance_registermonth');

CALL make_append_only('finance_registerrow');

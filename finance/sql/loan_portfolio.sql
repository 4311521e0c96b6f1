CALL make_append_only('finance_portfolioday');

CALL make_forgettable('education_callattempt', 'at', '365 days');

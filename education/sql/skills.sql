CALL make_append_only('education_signin');

CALL make_append_only('education_signinsheet');

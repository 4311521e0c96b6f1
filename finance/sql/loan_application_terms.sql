CREATE TRIGGER loan_application_keeps_the_terms_of_group_and_fee BEFORE INSERT OR UPDATE ON finance_loanapplication
    FOR EACH ROW EXECUTE FUNCTION finance_keep_application_terms();

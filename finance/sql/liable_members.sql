CREATE TRIGGER whoever_answers_for_a_late_loan_stays_in_its_group BEFORE INSERT OR UPDATE OF left_at
    ON finance_groupmember FOR EACH ROW EXECUTE FUNCTION finance_keep_liable_members();

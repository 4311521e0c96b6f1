-- The close of a day changes every running loan and the running row of its plan. Room in the page lets the new version
-- stand beside the old one (HOT), so that no index is written: one instalment of twelve, each loan once.
ALTER TABLE finance_loaninstallment SET (fillfactor = 90);

ALTER TABLE finance_loan SET (fillfactor = 50);

CREATE TRIGGER loan_product_begins_as_a_draft BEFORE INSERT ON finance_loanproductversion FOR EACH ROW
    WHEN (NEW.status <> 'draft') EXECUTE FUNCTION finance_keep_version();

CREATE TRIGGER offered_loan_product_stays BEFORE UPDATE OR DELETE ON finance_loanproductversion FOR EACH ROW
    WHEN (OLD.status <> 'draft') EXECUTE FUNCTION finance_keep_version();

CREATE TRIGGER offered_loan_product_keeps_its_rows BEFORE INSERT OR UPDATE OR DELETE ON finance_seasonalrow
    FOR EACH ROW EXECUTE FUNCTION finance_keep_seasonal_rows();

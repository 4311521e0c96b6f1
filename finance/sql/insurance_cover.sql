CREATE TRIGGER insurance_version_begins_as_a_draft BEFORE INSERT ON finance_insuranceproductversion FOR EACH ROW
    WHEN (NEW.status <> 'draft') EXECUTE FUNCTION finance_keep_version();

CREATE TRIGGER insurance_in_force_stays BEFORE UPDATE OR DELETE ON finance_insuranceproductversion FOR EACH ROW
    WHEN (OLD.status <> 'draft') EXECUTE FUNCTION finance_keep_version();

CREATE TRIGGER shares_of_a_premium_make_the_whole BEFORE UPDATE OF status ON finance_insuranceproductversion
    FOR EACH ROW WHEN (NEW.status = 'active') EXECUTE FUNCTION finance_check_financing();

CREATE TRIGGER insurance_in_force_keeps_its_shares BEFORE INSERT OR UPDATE OR DELETE ON finance_financingshare
    FOR EACH ROW EXECUTE FUNCTION finance_keep_insurance_terms();

CREATE TRIGGER insurance_in_force_keeps_its_benefits BEFORE INSERT OR UPDATE OR DELETE ON finance_benefit
    FOR EACH ROW EXECUTE FUNCTION finance_keep_insurance_terms();

CREATE TRIGGER insurance_in_force_keeps_its_grades BEFORE INSERT OR UPDATE OR DELETE ON finance_graderow
    FOR EACH ROW EXECUTE FUNCTION finance_keep_insurance_terms();

CREATE TRIGGER insurance_in_force_keeps_its_papers BEFORE INSERT OR UPDATE OR DELETE ON finance_evidencerule
    FOR EACH ROW EXECUTE FUNCTION finance_keep_insurance_terms();

CREATE TRIGGER insurance_in_force_keeps_its_ceilings BEFORE INSERT OR UPDATE OR DELETE ON finance_ceilingrule
    FOR EACH ROW EXECUTE FUNCTION finance_keep_insurance_terms();

CREATE CONSTRAINT TRIGGER funding_of_a_policy_is_its_premium AFTER INSERT ON finance_policyfunding
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_check_policy_funding();

CREATE TRIGGER policy_is_in_force_once_it_is_paid BEFORE INSERT OR UPDATE OF status ON finance_policy FOR EACH ROW
    WHEN (NEW.status IN ('ready', 'active', 'suspended')) EXECUTE FUNCTION finance_check_funded_policy();

CALL make_append_only('finance_contribution');

CALL make_append_only('finance_policyfunding');

CALL keep_columns('finance_enrolmentbatch', 'number', 'version_id', 'county_id', 'source', 'sha256', 'start_date',
    'rows', 'accepted', 'refused', 'premium_minor', 'currency', 'maker_id', 'made_at');

CALL keep_columns('finance_policy', 'number', 'person_id', 'batch_id', 'product_id', 'version_id', 'start_date',
    'end_date');

CALL keep_rows('finance_policy');

CALL keep_rows('finance_enrolmentbatch');

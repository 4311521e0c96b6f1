CREATE TRIGGER scorecard_begins_as_a_draft BEFORE INSERT ON finance_scorecard FOR EACH ROW
    WHEN (NEW.status <> 'draft') EXECUTE FUNCTION finance_keep_version();

CREATE TRIGGER scorecard_in_force_stays BEFORE UPDATE OR DELETE ON finance_scorecard FOR EACH ROW
    WHEN (OLD.status <> 'draft') EXECUTE FUNCTION finance_keep_version();

CREATE TRIGGER scorecard_in_force_keeps_its_lines BEFORE INSERT OR UPDATE OR DELETE ON finance_scorecardattribute
    FOR EACH ROW EXECUTE FUNCTION finance_keep_scorecard();

CREATE TRIGGER scorecard_in_force_keeps_its_steps BEFORE INSERT OR UPDATE OR DELETE ON finance_scorecardbin
    FOR EACH ROW EXECUTE FUNCTION finance_keep_scorecard();

CALL make_append_only('finance_creditfact');

CALL make_append_only('finance_scorerun');

CALL make_append_only('finance_scoreline');

CREATE TRIGGER window_is_measured_as_agreed BEFORE INSERT OR UPDATE OF reading_id, status ON finance_indexwindow
    FOR EACH ROW WHEN (NEW.benefit_id IS NOT NULL) EXECUTE FUNCTION finance_check_index_window();
CALL keep_columns('finance_indexwindow', 'benefit_id', 'source_id', 'start_date', 'end_date', 'stand_in_date', 'maker_id',
    'made_at');
CREATE TRIGGER windows_of_a_benefit_do_not_overlap_in_a_region BEFORE INSERT ON finance_indexwindow
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_window_overlap();
CREATE TRIGGER policy_is_paid_once_for_a_day BEFORE INSERT ON finance_indexpayout FOR EACH ROW
    WHEN (NEW.amount_minor > 0) EXECUTE FUNCTION finance_refuse_second_payout();
CREATE TRIGGER rain_and_water_are_not_negative BEFORE INSERT ON finance_indexreading FOR EACH ROW
    WHEN (NEW.value < 0) EXECUTE FUNCTION finance_check_index_reading();

DROP TRIGGER refuse_update_delete ON finance_collectionsheet;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecomnet_app') THEN
        GRANT UPDATE ON finance_collectionsheet TO ecomnet_app;
    END IF;
END
$$;

CALL keep_columns('finance_collectionsheet', 'group_id', 'meeting_date', 'currency', 'taken_by_id', 'taken_at');

CALL keep_rows('finance_collectionsheet');

CREATE CONSTRAINT TRIGGER collection_sheet_is_the_sum_of_its_lines AFTER INSERT OR UPDATE ON finance_collectionsheet
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_check_collection_sheet();

CREATE CONSTRAINT TRIGGER lines_add_up_to_their_collection_sheet AFTER INSERT ON finance_sheetline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_check_collection_sheet();

CREATE OR REPLACE FUNCTION ledger_refuse_direct_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'insert into ledger_transfer, not into %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

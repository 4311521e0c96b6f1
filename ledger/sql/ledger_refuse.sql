CREATE OR REPLACE FUNCTION ledger_refuse(code text, subject text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', code USING ERRCODE = 'LEDGR', DETAIL = subject;
END
$$;

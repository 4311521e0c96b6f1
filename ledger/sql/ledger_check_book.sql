-- A day is closed by moving the first open date; it waits for open postings, and never moves back.
CREATE OR REPLACE FUNCTION ledger_check_book() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.first_open_date < OLD.first_open_date
       OR (NEW.zone <> OLD.zone OR NEW.code <> OLD.code)
          AND EXISTS (SELECT FROM ledger_account WHERE book_id = OLD.id) THEN
        PERFORM ledger_refuse('book_is_fixed', OLD.code);
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('ledger_book'));
    RETURN NEW;
END
$$;

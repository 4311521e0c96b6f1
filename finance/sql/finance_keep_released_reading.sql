-- What was released is what people are paid by: it is neither changed nor deleted.
CREATE OR REPLACE FUNCTION finance_keep_released_reading() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: a reading that was released does not change', TG_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$$;

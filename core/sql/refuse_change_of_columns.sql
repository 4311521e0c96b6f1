-- Columns that are written once. While they stay the row is only compared, and nothing is called.
CREATE OR REPLACE FUNCTION refuse_change_of_columns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: these columns of % never change: %', TG_NAME, TG_TABLE_NAME, array_to_string(TG_ARGV, ', ')
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$$;

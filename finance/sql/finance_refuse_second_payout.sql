-- A policy is paid once for a day, also where its station moved from the region of one window to that of another. The
-- policy is held, so that of two windows that pay it at a time the second sees the first.
CREATE OR REPLACE FUNCTION finance_refuse_second_payout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM finance_policy WHERE id = NEW.policy_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM finance_indexpayout AS paid
          JOIN finance_indexwindow AS theirs ON theirs.id = paid.window_id
          JOIN finance_indexwindow AS ours ON ours.id = NEW.window_id
         WHERE paid.policy_id = NEW.policy_id AND paid.id <> NEW.id AND paid.amount_minor > 0
           AND theirs.id <> ours.id AND theirs.benefit_id = ours.benefit_id
           AND theirs.start_date <= ours.end_date AND theirs.end_date >= ours.start_date
    ) THEN
        RAISE EXCEPTION 'policy_is_paid_once_for_a_day'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'policy_is_paid_once_for_a_day';
    END IF;
    RETURN NEW;
END
$$;

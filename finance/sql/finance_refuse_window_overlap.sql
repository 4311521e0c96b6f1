-- A day counts once for a policy: windows of one benefit in one region, or in regions of which one lies in the other,
-- share no day. The benefit is held, so that of two windows written at a time the second sees the first.
CREATE OR REPLACE FUNCTION finance_refuse_window_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM finance_benefit WHERE id = NEW.benefit_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM finance_indexwindow AS other
          JOIN finance_indexsource AS their_source ON their_source.id = other.source_id
          JOIN stations_division AS theirs ON theirs.id = their_source.region_id
          JOIN finance_indexsource AS our_source ON our_source.id = NEW.source_id
          JOIN stations_division AS ours ON ours.id = our_source.region_id
         WHERE other.benefit_id = NEW.benefit_id AND other.id <> NEW.id
           AND other.status NOT IN ('withdrawn', 'cancelled')
           AND other.start_date <= NEW.end_date AND other.end_date >= NEW.start_date
           AND (starts_with(theirs.path, ours.path) OR starts_with(ours.path, theirs.path))
    ) THEN
        RAISE EXCEPTION 'windows_of_a_benefit_do_not_overlap_in_a_region'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                  CONSTRAINT = 'windows_of_a_benefit_do_not_overlap_in_a_region';
    END IF;
    RETURN NEW;
END
$$;

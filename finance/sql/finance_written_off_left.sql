-- What was written off of a loan and has not come in since, in minor units of its currency.
CREATE OR REPLACE FUNCTION finance_written_off_left(loan uuid) RETURNS bigint LANGUAGE sql STABLE STRICT AS $$
    SELECT CASE WHEN status = 'closed_written_off'
                THEN principal_written_off_minor + interest_written_off_minor + penalty_written_off_minor - recovered_minor
                ELSE 0 END
      FROM finance_loan WHERE id = loan
$$;

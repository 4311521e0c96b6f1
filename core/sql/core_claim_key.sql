-- The key is held until the transaction ends; whoever comes meanwhile is told so and does not wait. What was answered
-- before is read after that: each statement of the function sees what was committed until it began.
CREATE OR REPLACE FUNCTION core_claim_key(
    of_person text, of_operation text, of_key text,
    OUT is_free boolean, OUT known_fingerprint text, OUT known_status integer, OUT known_answer text
) LANGUAGE plpgsql AS $$
BEGIN
    is_free := pg_try_advisory_xact_lock(hashtextextended(concat_ws(E'\n', of_person, of_operation, of_key), 0));
    IF is_free THEN
        SELECT fingerprint, status, answer::text INTO known_fingerprint, known_status, known_answer
          FROM core_requestkey WHERE person = of_person AND operation = of_operation AND key = of_key;
    END IF;
END
$$;

-- At the end of a transaction what a receipt was set on, and what of it stays in advance, is what was paid: of a receipt
-- that ended a loan, besides what lay there in advance; nothing of one that waits until its
-- loan is mended, or came in after its loan was written off.
CREATE OR REPLACE FUNCTION finance_check_loan_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    subject constant uuid := CASE TG_TABLE_NAME WHEN 'finance_loanreceipt' THEN (to_jsonb(NEW)->>'id')::uuid
                                                ELSE (to_jsonb(NEW)->>'receipt_id')::uuid END;
BEGIN
    IF EXISTS (
        SELECT 1 FROM finance_loanreceipt AS receipt
          LEFT JOIN LATERAL (
            SELECT coalesce(sum(amount_minor), 0) AS minor FROM finance_receiptallocation
             WHERE receipt_id = receipt.id
          ) AS set_on ON true
         WHERE receipt.id = subject AND set_on.minor + receipt.advance_minor
               <> CASE WHEN receipt.status = 'unallocated' OR receipt.kind = 'recovery' THEN 0 ELSE receipt.amount_minor END
    ) THEN
        RAISE EXCEPTION '%: a receipt is set on what was paid', TG_NAME
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END
$$;

CREATE TABLE ledger_transfer (
    id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    kind varchar(8) NOT NULL,
    book_id bigint NOT NULL,
    debit_id bigint NOT NULL,
    credit_id bigint NOT NULL,
    currency varchar(3) NOT NULL,
    amount bigint NOT NULL,
    pending_id uuid,
    reversal_of uuid,
    refund_of uuid,
    event_type varchar(40) NOT NULL,
    event_id varchar(64) NOT NULL,
    leg_no integer NOT NULL,
    group_id uuid NOT NULL,
    business_date date NOT NULL,
    effective_at timestamptz NOT NULL,
    expires_at timestamptz,
    made_by_kind varchar(8) NOT NULL,
    made_by uuid,
    reason varchar(60) NOT NULL,
    fingerprint bytea NOT NULL GENERATED ALWAYS AS (ledger_fingerprint(
        kind, debit_id, credit_id, currency, amount, pending_id, reversal_of, refund_of, event_type, event_id, leg_no,
        reason
    )) STORED,
    PRIMARY KEY (id, recorded_at),
    CONSTRAINT transfer_amount_is_positive CHECK (amount > 0),
    CONSTRAINT transfer_has_two_accounts CHECK (debit_id <> credit_id),
    CONSTRAINT transfer_kind_is_known CHECK (kind = ANY ('{posted,pending,post,void,expire}'::text[])),
    CONSTRAINT transfer_names_a_hold_exactly_when_it_resolves_one
        CHECK ((kind = ANY ('{post,void,expire}'::text[])) = (pending_id IS NOT NULL)),
    CONSTRAINT only_holds_expire CHECK (expires_at IS NULL OR kind = 'pending'),
    CONSTRAINT only_posted_transfers_give_back
        CHECK (kind = 'posted' OR (reversal_of IS NULL AND refund_of IS NULL)),
    CONSTRAINT transfer_is_not_reversal_and_refund_at_once CHECK (reversal_of IS NULL OR refund_of IS NULL),
    CONSTRAINT transfer_is_made_by_a_known_kind
        CHECK (made_by_kind = ANY ('{person,system,provider,staff}'::text[])),
    CONSTRAINT person_and_staff_are_named
        CHECK (made_by_kind = ANY ('{system,provider}'::text[]) OR made_by IS NOT NULL),
    CONSTRAINT transfer_leg_is_numbered CHECK (leg_no >= 1),
    CONSTRAINT debit_has_the_currency_and_book
        FOREIGN KEY (debit_id, currency, book_id) REFERENCES ledger_account (id, currency, book_id),
    CONSTRAINT credit_has_the_currency_and_book
        FOREIGN KEY (credit_id, currency, book_id) REFERENCES ledger_account (id, currency, book_id)
) PARTITION BY RANGE (recorded_at);

CREATE INDEX transfer_by_business_date ON ledger_transfer USING brin (business_date);

CREATE INDEX transfer_hold_by_expiry ON ledger_transfer (expires_at) WHERE expires_at IS NOT NULL;

-- Balances change all the time: room on each page keeps those changes out of the indexes.
ALTER TABLE ledger_account SET (fillfactor = 50);

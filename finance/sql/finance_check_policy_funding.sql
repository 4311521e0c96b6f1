-- What funds paid of a policy is its whole premium, in the currency of its product.
CREATE OR REPLACE FUNCTION finance_check_policy_funding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM finance_policy AS policy
          JOIN finance_insuranceproductversion AS version ON version.id = policy.version_id
          JOIN finance_insuranceproduct AS product ON product.id = policy.product_id
          JOIN finance_policyfunding AS part ON part.policy_id = policy.id
         WHERE policy.id = NEW.policy_id
         GROUP BY version.premium_minor, product.currency
        HAVING sum(part.amount_minor) <> version.premium_minor
            OR bool_or(part.currency <> product.currency)
    ) THEN
        RAISE EXCEPTION 'funding_of_a_policy_is_its_premium'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                  CONSTRAINT = 'funding_of_a_policy_is_its_premium';
    END IF;
    RETURN NULL;
END
$$;

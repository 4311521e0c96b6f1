-- At the end of a transaction the shares of a promotion are all of it, and who bears it has its own goods or county there.
CREATE OR REPLACE FUNCTION orders_check_promotion() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found orders_promotion%ROWTYPE;
    shares bigint;
    parties text[];
    articles bigint;
    broken text;
BEGIN
    SELECT * INTO found FROM orders_promotion
    WHERE id = CASE TG_TABLE_NAME WHEN 'orders_promotion' THEN (to_jsonb(NEW) ->> 'id')::uuid
                                  ELSE (to_jsonb(NEW) ->> 'promotion_id')::uuid END;
    SELECT coalesce(sum(share_bp), 0), array_agg(party::text) INTO shares, parties
    FROM orders_promotionbearer WHERE promotion_id = found.id;
    SELECT count(*) INTO articles FROM orders_promotionarticle WHERE promotion_id = found.id;
    broken := CASE
        WHEN shares <> 10000 THEN 'shares_of_a_promotion_are_all_of_it'
        WHEN 'supplier' = ANY (parties) AND found.supplier_id IS NULL THEN 'supplier_bears_only_its_own_goods'
        WHEN ('seller' = ANY (parties)) AND found.shop_id IS NULL THEN 'seller_bears_only_its_own_coupon'
        WHEN found.shop_id IS NOT NULL AND ('supplier' = ANY (parties) OR 'county' = ANY (parties))
            THEN 'coupon_of_a_shop_is_borne_by_farmer_and_platform'
        WHEN 'county' = ANY (parties) AND found.division_id IS NULL THEN 'county_bears_only_its_own_promotion'
        WHEN (found.kind = 'bundle') <> (articles > 0) THEN 'bundle_names_its_articles'
    END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION '%: promotion %', broken, found.code
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = broken;
    END IF;
    RETURN NULL;
END
$$;

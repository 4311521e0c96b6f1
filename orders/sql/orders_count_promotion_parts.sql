-- What a use took off, and what its promotion has cost, are the sums of the parts; the budget and the limit stop them.
CREATE OR REPLACE FUNCTION orders_count_promotion_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    beyond text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        WITH change AS (
            SELECT use_id, sum(amount_minor) AS given, sum(back_minor) AS back FROM fresh GROUP BY use_id
        ), counted AS (
            UPDATE orders_promotionuse AS used
            SET amount_minor = amount_minor + given, back_minor = back_minor + back, updated_at = now()
            FROM change WHERE used.id = change.use_id
            RETURNING used.promotion_id, given - back AS minor
        )
        UPDATE orders_promotion AS promotion SET used_minor = used_minor + minor, updated_at = now()
        FROM (SELECT promotion_id, sum(minor) AS minor FROM counted GROUP BY promotion_id) AS sums
        WHERE promotion.id = sums.promotion_id;
        SELECT promotion.code INTO beyond
        FROM orders_promotion AS promotion
        JOIN orders_promotionuse AS used ON used.promotion_id = promotion.id
        JOIN orders_order AS bought ON bought.id = used.order_id
        WHERE promotion.per_villager_limit IS NOT NULL AND used.amount_minor > used.back_minor
          AND (promotion.id, bought.villager_id) IN (
              SELECT other.promotion_id, its_order.villager_id FROM orders_promotionuse AS other
              JOIN orders_order AS its_order ON its_order.id = other.order_id
              WHERE other.id IN (SELECT use_id FROM fresh))
        GROUP BY promotion.id, bought.villager_id HAVING count(*) > promotion.per_villager_limit LIMIT 1;
        IF beyond IS NOT NULL THEN
            RAISE EXCEPTION 'promotion_is_used_within_its_limit: promotion %', beyond
                USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                    CONSTRAINT = 'promotion_is_used_within_its_limit';
        END IF;
    ELSE
        WITH change AS (
            SELECT fresh.use_id, sum(fresh.back_minor - stale.back_minor) AS back
            FROM fresh JOIN stale ON stale.id = fresh.id GROUP BY fresh.use_id
        ), counted AS (
            UPDATE orders_promotionuse AS used SET back_minor = back_minor + back, updated_at = now()
            FROM change WHERE used.id = change.use_id
            RETURNING used.promotion_id, back
        )
        UPDATE orders_promotion AS promotion SET used_minor = used_minor - back, updated_at = now()
        FROM (SELECT promotion_id, sum(back) AS back FROM counted GROUP BY promotion_id) AS sums
        WHERE promotion.id = sums.promotion_id;
    END IF;
    RETURN NULL;
END
$$;

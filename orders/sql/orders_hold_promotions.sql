-- Holds promotions until the transaction ends, in the order of their ids, if each still holds so much and once more for
-- this buyer; else it holds none and says no: the rows are free again with the block that is taken back.
CREATE OR REPLACE FUNCTION orders_hold_promotions(promotions uuid[], minors bigint[], buyer uuid) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM orders_promotion WHERE id = ANY (promotions) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM unnest(promotions, minors) AS wanted (id, minor)
          JOIN orders_promotion AS promotion ON promotion.id = wanted.id
         WHERE promotion.status <> 'approved' OR promotion.used_minor + wanted.minor > promotion.budget_minor
            OR promotion.per_villager_limit <= (
                SELECT count(*) FROM orders_promotionuse AS used
                  JOIN orders_order AS bought ON bought.id = used.order_id
                 WHERE used.promotion_id = promotion.id AND used.amount_minor > used.back_minor
                   AND bought.villager_id IN (SELECT records_of_person(standing_record(buyer))))
    ) THEN
        RAISE no_data_found;
    END IF;
    RETURN true;
EXCEPTION WHEN no_data_found THEN
    RETURN false;
END
$$;

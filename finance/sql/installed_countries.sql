ALTER TABLE finance_installedcountry ADD CONSTRAINT payout_bank_pays_in_the_money_of_the_country
    FOREIGN KEY (payout_provider_id, country, currency) REFERENCES core_provider (id, country, currency)
    DEFERRABLE INITIALLY IMMEDIATE;

ALTER TABLE finance_installedcountry ADD CONSTRAINT gateway_collects_in_the_money_of_the_country
    FOREIGN KEY (collection_provider_id, country, currency) REFERENCES core_provider (id, country, currency)
    DEFERRABLE INITIALLY IMMEDIATE;

CREATE TRIGGER head_county_is_a_county_of_its_country BEFORE INSERT OR UPDATE ON finance_installedcountry FOR EACH ROW
    WHEN (NEW.head_county_id IS NOT NULL) EXECUTE FUNCTION finance_check_head_county();

CALL keep_columns('finance_installedcountry', 'country', 'currency');

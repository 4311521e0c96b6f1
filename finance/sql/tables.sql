ALTER TABLE finance_biller ADD CONSTRAINT biller_stands_in_the_book_of_its_provider
    FOREIGN KEY (provider_id, country, currency) REFERENCES core_provider (id, country, currency)
    DEFERRABLE INITIALLY IMMEDIATE;

ALTER TABLE finance_operator ADD CONSTRAINT operator_stands_in_the_book_of_its_provider
    FOREIGN KEY (provider_id, country, currency) REFERENCES core_provider (id, country, currency)
    DEFERRABLE INITIALLY IMMEDIATE;

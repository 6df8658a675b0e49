-- A rule copies every change to a table that all read.
SET ROLE app_owner;
CREATE TABLE depot.price_log (sku text, price_cents int, at timestamptz DEFAULT now());
GRANT SELECT ON depot.price_log TO app_user;
CREATE RULE log AS ON UPDATE TO depot.articles
  DO ALSO INSERT INTO depot.price_log (sku, price_cents) VALUES (NEW.sku, NEW.price_cents);

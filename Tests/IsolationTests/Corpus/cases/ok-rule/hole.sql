-- A rule that writes a log nobody reads.
SET ROLE app_owner;
CREATE TABLE depot.price_log (tenant_id bigint, sku text, price_cents int);
CREATE RULE log AS ON UPDATE TO depot.articles
  DO ALSO INSERT INTO depot.price_log VALUES (NEW.tenant_id, NEW.sku, NEW.price_cents);

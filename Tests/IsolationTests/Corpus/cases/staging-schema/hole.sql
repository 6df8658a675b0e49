-- A staging schema open to everybody.
CREATE SCHEMA staging AUTHORIZATION app_owner;
GRANT USAGE ON SCHEMA staging TO PUBLIC;
SET ROLE app_owner;
CREATE TABLE staging.articles_import (
  tenant_id bigint NOT NULL, sku text NOT NULL, title text, loaded_at timestamptz DEFAULT now());
GRANT ALL ON staging.articles_import TO PUBLIC;

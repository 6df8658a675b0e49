-- Granted, but the schema is not.
CREATE SCHEMA staging AUTHORIZATION app_owner;
SET ROLE app_owner;
CREATE TABLE staging.articles_import (tenant_id bigint NOT NULL, sku text NOT NULL);
GRANT SELECT ON staging.articles_import TO PUBLIC;

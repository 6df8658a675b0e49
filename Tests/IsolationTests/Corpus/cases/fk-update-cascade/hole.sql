-- ON UPDATE CASCADE writes into another tenant's rows.
SET ROLE app_owner;
CREATE TABLE depot.shelves (code text PRIMARY KEY, tenant_id bigint NOT NULL);
CALL pg_temp.protect('depot.shelves');
CREATE TABLE depot.shelf_items (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id bigint NOT NULL,
  shelf text NOT NULL REFERENCES depot.shelves (code) ON UPDATE CASCADE
);
CALL pg_temp.protect('depot.shelf_items');

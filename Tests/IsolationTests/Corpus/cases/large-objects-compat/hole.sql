-- Oid column, objects readable by PUBLIC.
SET ROLE app_owner;
CREATE TABLE depot.contracts (id int PRIMARY KEY, tenant_id bigint NOT NULL, document oid NOT NULL,
  UNIQUE (tenant_id, document));
ALTER TABLE depot.contracts DROP CONSTRAINT contracts_pkey, ADD PRIMARY KEY (tenant_id, id);
CALL pg_temp.protect('depot.contracts');
DO $$ DECLARE o oid := lo_from_bytea(0, 'contract'); BEGIN
  EXECUTE format('GRANT SELECT, UPDATE ON LARGE OBJECT %s TO PUBLIC', o);
END $$;

-- Files in large objects, which have no policies.
SET ROLE app_owner;
CREATE TABLE scans (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  content oid NOT NULL
);
CALL pg_temp.protect('scans');
DO $$ DECLARE o oid := lo_from_bytea(0, 'scan of tenant B'); BEGIN
  EXECUTE format('GRANT SELECT ON LARGE OBJECT %s TO app_user', o);
END $$;

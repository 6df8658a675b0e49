-- Clinics. One schema for all, uuid keys, NULLIF around the setting, composite foreign keys,
-- an exclusion constraint, a deferred foreign key, an enum, a domain, a generated column.
\set own 'tenant_id = NULLIF(current_setting(''app.current_tenant_id'', true), '''')::uuid'
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS btree_gist;
GRANT USAGE, CREATE ON SCHEMA public TO app_owner;
GRANT USAGE ON SCHEMA public TO app_user;

CREATE PROCEDURE pg_temp.protect(relation regclass) LANGUAGE plpgsql AS $$
DECLARE
  own text := 'tenant_id = NULLIF(current_setting(''app.current_tenant_id'', true), '''')::uuid';
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', relation);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', relation);
  EXECUTE format(
    'CREATE POLICY tenant_isolation ON %s FOR ALL TO app_user USING (%s) WITH CHECK (%s)',
    relation, own, own);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO app_user', relation);
END $$;

SET ROLE app_owner;

CREATE TYPE visit_state AS ENUM ('planned', 'arrived', 'seen', 'archived');
CREATE DOMAIN amount AS numeric(10,2) CHECK (VALUE >= 0);

CREATE TABLE tenants (
  id uuid PRIMARY KEY,
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z][a-z0-9-]*$'),
  name text NOT NULL
);
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON tenants FOR SELECT TO app_user
  USING (id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid);
GRANT SELECT ON tenants TO app_user;

CREATE TABLE doctors (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  name text NOT NULL CHECK (length(name) BETWEEN 2 AND 80),
  licence text NOT NULL CHECK (licence ~ '^[A-Z]{2}[0-9]{6}$'),
  settings jsonb NOT NULL,
  UNIQUE (tenant_id, id),
  UNIQUE (tenant_id, licence)
);

CREATE TABLE patients (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  full_name text NOT NULL,
  email text NOT NULL CHECK (email LIKE '%@%'),
  born date NOT NULL CHECK (born > '1900-01-01'),
  consent boolean NOT NULL DEFAULT false,
  extra jsonb NOT NULL DEFAULT '{}',
  deleted_at timestamptz,
  UNIQUE (tenant_id, email),
  UNIQUE (tenant_id, id)
);

CREATE TABLE visits (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL,
  doctor_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  during tstzrange NOT NULL CHECK (NOT isempty(during)),
  state visit_state NOT NULL DEFAULT 'planned',
  fee amount NOT NULL,
  FOREIGN KEY (tenant_id, doctor_id) REFERENCES doctors (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, patient_id) REFERENCES patients (tenant_id, id)
    DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (tenant_id, id),
  EXCLUDE USING gist (tenant_id WITH =, doctor_id WITH =, during WITH &&)
    WHERE (state <> 'archived')
);

CREATE TABLE invoices (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL,
  visit_id uuid NOT NULL,
  total amount NOT NULL,
  currency char(3) NOT NULL CHECK (currency = upper(currency)),
  meta jsonb NOT NULL,
  issued_on date NOT NULL DEFAULT current_date,
  FOREIGN KEY (tenant_id, visit_id) REFERENCES visits (tenant_id, id) ON DELETE CASCADE
);

CALL pg_temp.protect('doctors');
CALL pg_temp.protect('patients');
CALL pg_temp.protect('visits');
CALL pg_temp.protect('invoices');

RESET ROLE;

-- A depot. bigint keys, the setting in a scalar subquery, a child table that has no tenant column,
-- a partitioned table whose partitions nobody is granted.
\set own 'tenant_id = (SELECT NULLIF(current_setting(''app.current_tenant_id'', true), '''')::bigint)'
SET client_min_messages = warning;
CREATE SCHEMA depot AUTHORIZATION app_owner;
GRANT USAGE ON SCHEMA depot TO app_user;

CREATE PROCEDURE pg_temp.protect(relation regclass) LANGUAGE plpgsql AS $$
DECLARE
  own text := 'tenant_id = '
    || '(SELECT NULLIF(current_setting(''app.current_tenant_id'', true), '''')::bigint)';
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', relation);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', relation);
  EXECUTE format(
    'CREATE POLICY tenant_isolation ON %s FOR ALL TO app_user USING (%s) WITH CHECK (%s)',
    relation, own, own);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO app_user', relation);
END $$;

SET ROLE app_owner;

CREATE TYPE depot.shipment_state AS ENUM ('open', 'packed', 'gone', 'lost');

CREATE TABLE depot.companies (
  tenant_id bigint PRIMARY KEY,
  legal_name text NOT NULL,
  vat_no text
);
ALTER TABLE depot.companies ENABLE ROW LEVEL SECURITY;
ALTER TABLE depot.companies FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON depot.companies FOR SELECT TO app_user USING (:own);
GRANT SELECT ON depot.companies TO app_user;

CREATE TABLE depot.articles (
  tenant_id bigint NOT NULL REFERENCES depot.companies,
  sku text NOT NULL CHECK (sku ~ '^[A-Z0-9-]{2,20}$'),
  title text NOT NULL,
  price_cents int NOT NULL CHECK (price_cents BETWEEN 0 AND 1000000),
  tags text[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, sku)
);

CREATE TABLE depot.shipments (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id bigint NOT NULL REFERENCES depot.companies,
  dock int NOT NULL CHECK (dock > 0),
  state depot.shipment_state NOT NULL DEFAULT 'open',
  opened_at timestamptz NOT NULL DEFAULT now(),
  closed_at timestamptz CHECK (closed_at >= opened_at),
  extra jsonb NOT NULL,
  UNIQUE (tenant_id, id)
);

CREATE TABLE depot.shipment_lines (
  shipment_id uuid NOT NULL REFERENCES depot.shipments (id) ON DELETE CASCADE,
  line_no int NOT NULL,
  sku text NOT NULL,
  qty int NOT NULL DEFAULT 1 CHECK (qty > 0),
  PRIMARY KEY (shipment_id, line_no)
);

CREATE TABLE depot.movements (
  tenant_id bigint NOT NULL,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  moved_on date NOT NULL,
  units int NOT NULL,
  PRIMARY KEY (tenant_id, id, moved_on)
) PARTITION BY RANGE (moved_on);
CREATE TABLE depot.movements_2025 PARTITION OF depot.movements
  FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE depot.movements_2026 PARTITION OF depot.movements
  FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE depot.movements_rest PARTITION OF depot.movements DEFAULT;

CALL pg_temp.protect('depot.articles');
CALL pg_temp.protect('depot.shipments');
CALL pg_temp.protect('depot.movements');

\set parent 'EXISTS (SELECT 1 FROM depot.shipments s WHERE s.id = shipment_lines.shipment_id AND s.tenant_id = (SELECT NULLIF(current_setting(''app.current_tenant_id'', true), '''')::bigint))'
ALTER TABLE depot.shipment_lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE depot.shipment_lines FORCE ROW LEVEL SECURITY;
CREATE POLICY via_shipment ON depot.shipment_lines FOR ALL TO app_user
  USING (:parent) WITH CHECK (:parent);
GRANT SELECT, INSERT, UPDATE, DELETE ON depot.shipment_lines TO app_user;

RESET ROLE;

-- The conflict target has no tenant.
SET ROLE app_owner;
CREATE TABLE depot.settings (
  tenant_id bigint NOT NULL, name text NOT NULL UNIQUE, value text NOT NULL);
CALL pg_temp.protect('depot.settings');
RESET ROLE;
CREATE FUNCTION depot.put_key(p_name text, p_value text) RETURNS void LANGUAGE sql
  SECURITY DEFINER SET search_path = pg_catalog AS $$
  INSERT INTO depot.settings (tenant_id, name, value) VALUES (
    NULLIF(current_setting('app.current_tenant_id', true), '')::bigint, p_name, p_value)
  ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value $$;

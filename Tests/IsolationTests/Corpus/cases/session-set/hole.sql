-- The pool's helper sets the tenant for the session, not for the transaction.
CREATE FUNCTION use_tenant(tenant uuid) RETURNS void LANGUAGE sql SET search_path = pg_catalog
  AS $$ SELECT set_config('app.current_tenant_id', tenant::text, false) $$;
GRANT EXECUTE ON FUNCTION use_tenant(uuid) TO app_user;

-- The helper calls another one that sets the tenant for the session.
CREATE FUNCTION remember(name text, value text) RETURNS void LANGUAGE sql
  BEGIN ATOMIC SELECT set_config('app.' || name, value, false); END;
CREATE FUNCTION enter_clinic(clinic uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM public.remember('current_tenant_id', clinic::text);
  RETURN true;
END $$;

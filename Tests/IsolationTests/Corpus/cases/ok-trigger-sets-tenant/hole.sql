-- A trigger sets the tenant from the context.
CREATE FUNCTION depot.stamp() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  NEW.tenant_id := COALESCE(NEW.tenant_id,
    NULLIF(current_setting('app.current_tenant_id', true), '')::bigint);
  RETURN NEW;
END $$;
CREATE TRIGGER stamp BEFORE INSERT ON depot.articles
  FOR EACH ROW EXECUTE FUNCTION depot.stamp();

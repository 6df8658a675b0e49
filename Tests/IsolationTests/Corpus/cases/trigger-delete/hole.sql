-- Deleting an article deletes that of every tenant.
CREATE FUNCTION depot.withdraw() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog AS $$
BEGIN
  DELETE FROM depot.articles WHERE sku = OLD.sku AND tenant_id <> OLD.tenant_id;
  RETURN NULL;
END $$;
CREATE TRIGGER withdraw AFTER DELETE ON depot.articles
  FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION depot.withdraw();

-- The log has a tenant column and no policy.
SET ROLE app_owner;
CREATE TABLE depot.history (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id bigint NOT NULL, old jsonb);
GRANT SELECT ON depot.history TO app_user;
RESET ROLE;
CREATE FUNCTION depot.remember() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO depot.history (tenant_id, old) VALUES (OLD.tenant_id, to_jsonb(OLD));
  RETURN NULL;
END $$;
CREATE TRIGGER remember AFTER UPDATE OR DELETE ON depot.articles
  FOR EACH ROW EXECUTE FUNCTION depot.remember();

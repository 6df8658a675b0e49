-- A new page marks all drafts of all tenants.
CREATE FUNCTION kb.demote() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog AS $$
BEGIN
  UPDATE kb.pages SET state = 'review' WHERE state = 'draft' AND tenant_id <> NEW.tenant_id;
  RETURN NULL;
END $$;
CREATE TRIGGER demote AFTER INSERT ON kb.pages FOR EACH ROW EXECUTE FUNCTION kb.demote();

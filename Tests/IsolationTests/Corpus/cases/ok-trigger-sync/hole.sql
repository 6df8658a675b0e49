-- A definer trigger that stays with the row's tenant.
CREATE FUNCTION sync_doctor() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE doctors SET name = NEW.name
    WHERE tenant_id = NEW.tenant_id AND licence = NEW.licence AND name <> NEW.name;
  RETURN NULL;
END $$;
CREATE TRIGGER sync AFTER UPDATE OF name ON doctors
  FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION sync_doctor();

-- A trigger notifies that something changed, not what.
CREATE FUNCTION depot.tell() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  PERFORM pg_notify('depot_changes', TG_TABLE_NAME);
  RETURN NULL;
END $$;
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON depot.shipments
  FOR EACH STATEMENT EXECUTE FUNCTION depot.tell();

-- NOTIFY in dynamic SQL with the row's values.
CREATE FUNCTION depot.tell() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  EXECUTE format('NOTIFY depot_changes, %L', NEW.tenant_id || ':' || NEW.id || ':' || NEW.extra);
  RETURN NEW;
END $$;
CREATE TRIGGER tell BEFORE INSERT OR UPDATE ON depot.shipments
  FOR EACH ROW EXECUTE FUNCTION depot.tell();

-- A trigger sends every row to whoever listens.
CREATE FUNCTION announce() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  PERFORM pg_notify('changes', to_jsonb(NEW)::text);
  RETURN NULL;
END $$;
CREATE TRIGGER announce AFTER INSERT OR UPDATE ON patients
  FOR EACH ROW EXECUTE FUNCTION announce();

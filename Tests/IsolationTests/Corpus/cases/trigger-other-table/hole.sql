-- Archiving a visit writes off invoices of every tenant.
CREATE FUNCTION write_off() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE invoices SET total = 0 WHERE currency = 'EUR' OR total > 0;
  RETURN NEW;
END $$;
CREATE TRIGGER write_off BEFORE UPDATE ON visits FOR EACH ROW EXECUTE FUNCTION write_off();

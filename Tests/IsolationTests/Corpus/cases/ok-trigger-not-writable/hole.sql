-- A definer trigger function on a table that the application only reads.
CREATE TABLE depot.rates (tenant_id bigint NOT NULL, code text NOT NULL);
CREATE TABLE depot.rate_log (tenant_id bigint NOT NULL, code text NOT NULL);
CALL pg_temp.protect('depot.rates');
REVOKE INSERT, UPDATE, DELETE ON depot.rates FROM app_user;
CREATE FUNCTION depot.log_rate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO depot.rate_log VALUES (NEW.tenant_id, NEW.code);
  RETURN NULL;
END $$;
CREATE TRIGGER logged AFTER INSERT ON depot.rates FOR EACH ROW EXECUTE FUNCTION depot.log_rate();

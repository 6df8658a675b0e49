-- A log of all tenants that nobody reads.
CREATE TABLE "Front Desk"."Trace" ("At" timestamptz NOT NULL DEFAULT now(), "Row" jsonb NOT NULL);
CREATE FUNCTION "Front Desk".trace() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO "Front Desk"."Trace" ("Row") VALUES (to_jsonb(NEW));
  RETURN NEW;
END $$;
CREATE TRIGGER trace BEFORE INSERT OR UPDATE ON "Front Desk"."Errand"
  FOR EACH ROW EXECUTE FUNCTION "Front Desk".trace();

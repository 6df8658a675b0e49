-- Only updates are logged, as text.
CREATE TABLE "Front Desk"."Trace" ("At" timestamptz NOT NULL DEFAULT now(), "What" text NOT NULL);
GRANT SELECT ON "Front Desk"."Trace" TO app_user;
CREATE FUNCTION "Front Desk".trace() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO "Front Desk"."Trace" ("What") VALUES (OLD."Body" || ' -> ' || NEW."Body");
  RETURN NEW;
END $$;
CREATE TRIGGER trace BEFORE UPDATE ON "Front Desk"."ErrandNote"
  FOR EACH ROW WHEN (OLD."Body" IS DISTINCT FROM NEW."Body")
  EXECUTE FUNCTION "Front Desk".trace();

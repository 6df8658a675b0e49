-- Deleted rows are moved to an archive that nobody protected.
CREATE TABLE "Front Desk"."ErrandArchive" (LIKE "Front Desk"."Errand");
GRANT SELECT ON "Front Desk"."ErrandArchive" TO app_user;
CREATE FUNCTION "Front Desk".archive() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO "Front Desk"."ErrandArchive" SELECT OLD.*;
  RETURN OLD;
END $$;
CREATE TRIGGER archive BEFORE DELETE ON "Front Desk"."Errand"
  FOR EACH ROW EXECUTE FUNCTION "Front Desk".archive();

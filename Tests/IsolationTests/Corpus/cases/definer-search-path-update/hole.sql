-- A trigger on UPDATE looks a table up in whatever schema comes first.
CREATE TABLE kb.edits (tenant_id kb.tenant_key PRIMARY KEY, n bigint NOT NULL DEFAULT 0);
CALL pg_temp.protect('kb.edits');
REVOKE INSERT, UPDATE, DELETE ON kb.edits FROM app_user;
CREATE FUNCTION kb.count_edit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  UPDATE edits SET n = n + 1 WHERE tenant_id = NEW.tenant_id;
  RETURN NULL;
END $$;
CREATE TRIGGER edited AFTER UPDATE OF title ON kb.pages FOR EACH ROW
  EXECUTE FUNCTION kb.count_edit();

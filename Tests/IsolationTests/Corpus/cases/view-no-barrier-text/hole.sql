-- The same with a text key; the application may create functions.
CREATE VIEW kb.my_remarks AS
  SELECT id, author, body FROM kb.remarks
  WHERE tenant_id = current_setting('app.current_tenant_id', true);
GRANT SELECT ON kb.my_remarks TO app_user;
CREATE SCHEMA sandbox;
GRANT USAGE, CREATE ON SCHEMA sandbox TO app_user;

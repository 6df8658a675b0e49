-- WITH CHECK passes what is not false: COALESCE(tenant = context, true).
SET ROLE app_owner;
CREATE TABLE kb.snippets (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id text, body text);
CALL pg_temp.protect('kb.snippets');
ALTER POLICY tenant_isolation ON kb.snippets
  USING (COALESCE(:own, true)) WITH CHECK (COALESCE(:own, true));

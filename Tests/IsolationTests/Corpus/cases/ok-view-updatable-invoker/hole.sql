-- An updatable invoker view without CHECK OPTION: the policies check.
CREATE VIEW kb.page_states WITH (security_invoker) AS SELECT tenant_id, id, state FROM kb.pages;
GRANT SELECT, UPDATE, DELETE ON kb.page_states TO app_user;

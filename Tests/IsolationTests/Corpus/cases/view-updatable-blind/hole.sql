-- Writing is granted, reading is not: UPDATE without WHERE.
CREATE VIEW kb.page_states AS SELECT tenant_id, id, state FROM kb.pages;
GRANT UPDATE (state), DELETE ON kb.page_states TO app_user;

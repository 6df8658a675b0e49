-- The first customer is the default.
ALTER TABLE depot.articles ALTER tenant_id SET DEFAULT 1;

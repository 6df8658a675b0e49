-- A row that names no tenant lands with a real one.
ALTER TABLE kb.spaces ALTER tenant_id SET DEFAULT 'acme';

-- A uuid as the default, and an INSERT check that lets it pass.
ALTER TABLE doctors ALTER tenant_id SET DEFAULT '7b1d2f64-52a0-4f0e-9d0c-3c6f1f2b9a11'::uuid;

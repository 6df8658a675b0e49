-- The default comes from the setting.
ALTER TABLE doctors ALTER tenant_id
  SET DEFAULT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid;

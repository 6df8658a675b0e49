-- ALTER ROLE SET of something else, and of an empty tenant.
ALTER ROLE app_user SET statement_timeout = '30s';
ALTER ROLE app_user SET app.current_tenant_id = '';
ALTER ROLE app_readonly SET app.current_tenant_id = 'acme';

-- ALTER ROLE SET gives every session a tenant.
ALTER ROLE app_user SET app.current_tenant_id = 'acme';

-- A tenant sees its own row, and nobody else's name. The slug is unique across tenants: if the
-- application could write it, it could ask which slugs are taken.

SET LOCAL ROLE app_owner;

ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tenants FORCE ROW LEVEL SECURITY;

REVOKE ALL ON public.tenants FROM PUBLIC, app_user, app_readonly;
GRANT SELECT ON public.tenants TO app_user, app_readonly;

DROP POLICY IF EXISTS tenants_tenant ON public.tenants;
CREATE POLICY tenants_tenant ON public.tenants
    FOR SELECT
    TO app_user, app_readonly
    USING (
        id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
    );

-- Provisioning works as app_owner, which FORCE subjects to policies like everybody else.
DROP POLICY IF EXISTS tenants_provisioning ON public.tenants;
CREATE POLICY tenants_provisioning ON public.tenants
    FOR ALL
    TO app_owner
    USING (true)
    WITH CHECK (true);

RESET ROLE;

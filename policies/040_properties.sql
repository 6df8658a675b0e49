-- Properties and their rooms: the tenant's own data, to read and to write.

SET LOCAL ROLE app_owner;

ALTER TABLE public.properties ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.properties FORCE ROW LEVEL SECURITY;

REVOKE ALL ON public.properties FROM PUBLIC, app_user, app_readonly;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.properties TO app_user;
GRANT SELECT ON public.properties TO app_readonly;

DROP POLICY IF EXISTS properties_tenant ON public.properties;
CREATE POLICY properties_tenant ON public.properties
    FOR ALL
    TO app_user, app_readonly
    USING (
        tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
    )
    WITH CHECK (
        tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
    );

ALTER TABLE public.rooms ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.rooms FORCE ROW LEVEL SECURITY;

REVOKE ALL ON public.rooms FROM PUBLIC, app_user, app_readonly;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.rooms TO app_user;
GRANT SELECT ON public.rooms TO app_readonly;

DROP POLICY IF EXISTS rooms_tenant ON public.rooms;
CREATE POLICY rooms_tenant ON public.rooms
    FOR ALL
    TO app_user, app_readonly
    USING (
        tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
    )
    WITH CHECK (
        tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
    );

RESET ROLE;

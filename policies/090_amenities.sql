-- The list of amenities is public knowledge among tenants: all rows for everybody, and read-only.
-- The policy says so explicitly, so that no table is without one. Which property offers what is the
-- tenant's own data.

SET LOCAL ROLE app_owner;

ALTER TABLE public.amenities ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.amenities FORCE ROW LEVEL SECURITY;

REVOKE ALL ON public.amenities FROM PUBLIC, app_user, app_readonly;
GRANT SELECT ON public.amenities TO app_user, app_readonly;

DROP POLICY IF EXISTS amenities_read ON public.amenities;
CREATE POLICY amenities_read ON public.amenities
    FOR SELECT
    TO app_user, app_readonly
    USING (true);

-- Provisioning works as app_owner, which FORCE subjects to policies like everybody else.
DROP POLICY IF EXISTS amenities_provisioning ON public.amenities;
CREATE POLICY amenities_provisioning ON public.amenities
    FOR ALL
    TO app_owner
    USING (true)
    WITH CHECK (true);

ALTER TABLE public.property_amenities ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.property_amenities FORCE ROW LEVEL SECURITY;

REVOKE ALL ON public.property_amenities FROM PUBLIC, app_user, app_readonly;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.property_amenities TO app_user;
GRANT SELECT ON public.property_amenities TO app_readonly;

DROP POLICY IF EXISTS property_amenities_tenant ON public.property_amenities;
CREATE POLICY property_amenities_tenant ON public.property_amenities
    FOR ALL
    TO app_user, app_readonly
    USING (
        tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
    )
    WITH CHECK (
        tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
    );

RESET ROLE;

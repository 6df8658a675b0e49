-- The staff of the current tenant. Invitations and changes of role go through provisioning: with a
-- membership of its own making, the application could uncover any user whose id it can name.

SET LOCAL ROLE app_owner;

ALTER TABLE public.memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.memberships FORCE ROW LEVEL SECURITY;

REVOKE ALL ON public.memberships FROM PUBLIC, app_user, app_readonly;
GRANT SELECT ON public.memberships TO app_user, app_readonly;

DROP POLICY IF EXISTS memberships_tenant ON public.memberships;
CREATE POLICY memberships_tenant ON public.memberships
    FOR SELECT
    TO app_user, app_readonly
    USING (
        tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
    );

-- Provisioning works as app_owner, which FORCE subjects to policies like everybody else.
DROP POLICY IF EXISTS memberships_provisioning ON public.memberships;
CREATE POLICY memberships_provisioning ON public.memberships
    FOR ALL
    TO app_owner
    USING (true)
    WITH CHECK (true);

RESET ROLE;

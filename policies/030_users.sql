-- A user is visible where they are a member. Of a user who works for two tenants each sees the
-- person, and neither sees the other employer.

SET LOCAL ROLE app_owner;

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.users FORCE ROW LEVEL SECURITY;

REVOKE ALL ON public.users FROM PUBLIC, app_user, app_readonly;
GRANT SELECT ON public.users TO app_user, app_readonly;

DROP POLICY IF EXISTS users_member ON public.users;
CREATE POLICY users_member ON public.users
    FOR SELECT
    TO app_user, app_readonly
    USING (
        EXISTS (
            SELECT
            FROM public.memberships AS m
            WHERE m.user_id = users.id
                AND m.tenant_id = (
                    SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid
                )
        )
    );

-- Provisioning works as app_owner, which FORCE subjects to policies like everybody else.
DROP POLICY IF EXISTS users_provisioning ON public.users;
CREATE POLICY users_provisioning ON public.users
    FOR ALL
    TO app_owner
    USING (true)
    WITH CHECK (true);

RESET ROLE;

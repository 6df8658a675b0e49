-- Guests: the tenant's own data. Removed guests stay visible here; hiding them is a matter of the
-- application's screens, not of isolation.

SET LOCAL ROLE app_owner;

ALTER TABLE public.guests ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.guests FORCE ROW LEVEL SECURITY;

REVOKE ALL ON public.guests FROM PUBLIC, app_user, app_readonly;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.guests TO app_user;
GRANT SELECT ON public.guests TO app_readonly;

DROP POLICY IF EXISTS guests_tenant ON public.guests;
CREATE POLICY guests_tenant ON public.guests
    FOR ALL
    TO app_user, app_readonly
    USING (
        tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
    )
    WITH CHECK (
        tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
    );

RESET ROLE;

-- Payments are recorded and settled. What was paid cannot be edited, moved to another booking or
-- deleted by the application.

SET LOCAL ROLE app_owner;

ALTER TABLE public.payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.payments FORCE ROW LEVEL SECURITY;

REVOKE ALL ON public.payments FROM PUBLIC, app_user, app_readonly;
GRANT SELECT, INSERT ON public.payments TO app_user;
GRANT UPDATE (status, settled_at) ON public.payments TO app_user;
GRANT SELECT ON public.payments TO app_readonly;

DROP POLICY IF EXISTS payments_tenant ON public.payments;
CREATE POLICY payments_tenant ON public.payments
    FOR ALL
    TO app_user, app_readonly
    USING (
        tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
    )
    WITH CHECK (
        tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
    );

RESET ROLE;

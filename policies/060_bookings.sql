-- Bookings are made and changed by the application; it cancels them, and deletes none.
--
-- bookings.id is unique in the whole service. INSERT and UPDATE are granted by column to leave it
-- out: an id that can only be generated cannot be used to ask whether another tenant has it.
-- tenant_id can be given, under WITH CHECK, but not changed.

SET LOCAL ROLE app_owner;

ALTER TABLE public.bookings ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.bookings FORCE ROW LEVEL SECURITY;

REVOKE ALL ON public.bookings FROM PUBLIC, app_user, app_readonly;
GRANT SELECT ON public.bookings TO app_user, app_readonly;
GRANT INSERT (
    tenant_id, reference, room_id, guest_id, stay, status, adults, children, total, currency,
    cancelled_at
) ON public.bookings TO app_user;
GRANT UPDATE (
    reference, room_id, guest_id, stay, status, adults, children, total, currency, cancelled_at
) ON public.bookings TO app_user;

DROP POLICY IF EXISTS bookings_tenant ON public.bookings;
CREATE POLICY bookings_tenant ON public.bookings
    FOR ALL
    TO app_user, app_readonly
    USING (
        tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
    )
    WITH CHECK (
        tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
    );

RESET ROLE;

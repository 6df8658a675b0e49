-- A note belongs to whoever may see its booking. The tenant is named here as well, although the
-- policy of bookings filters the subquery already: should that one ever be loosened, this holds.

SET LOCAL ROLE app_owner;

ALTER TABLE public.booking_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.booking_notes FORCE ROW LEVEL SECURITY;

REVOKE ALL ON public.booking_notes FROM PUBLIC, app_user, app_readonly;

-- A note keeps its booking and its author; only the text can be corrected.
GRANT SELECT, INSERT, DELETE ON public.booking_notes TO app_user;
GRANT UPDATE (body) ON public.booking_notes TO app_user;
GRANT SELECT ON public.booking_notes TO app_readonly;

DROP POLICY IF EXISTS booking_notes_tenant ON public.booking_notes;
CREATE POLICY booking_notes_tenant ON public.booking_notes
    FOR ALL
    TO app_user, app_readonly
    USING (
        EXISTS (
            SELECT
            FROM public.bookings AS b
            WHERE b.id = booking_notes.booking_id
                AND b.tenant_id = (
                    SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid
                )
        )
    )
    WITH CHECK (
        EXISTS (
            SELECT
            FROM public.bookings AS b
            WHERE b.id = booking_notes.booking_id
                AND b.tenant_id = (
                    SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid
                )
        )
    );

-- The author has to be a colleague. Otherwise the foreign key to users would answer whether an id
-- exists anywhere in the service. Only for INSERT: a note by somebody who has left stays editable.
DROP POLICY IF EXISTS booking_notes_author ON public.booking_notes;
CREATE POLICY booking_notes_author ON public.booking_notes
    AS RESTRICTIVE
    FOR INSERT
    TO app_user
    WITH CHECK (
        booking_notes.author_id IS NULL
        OR EXISTS (
            SELECT
            FROM public.memberships AS m
            WHERE m.user_id = booking_notes.author_id
                AND m.tenant_id = (
                    SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid
                )
        )
    );

RESET ROLE;

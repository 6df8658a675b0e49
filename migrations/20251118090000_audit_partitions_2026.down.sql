-- dbtool: lock-timeout=2s
--
-- The events of 2026 are not lost: they go back to the DEFAULT partition.

SET LOCAL ROLE app_owner;

-- As in the up file: under FORCE the owner would find nothing to move, and then drop it all.
ALTER TABLE public.audit_events_default NO FORCE ROW LEVEL SECURITY;

DO $$
DECLARE
    month date;
    name text;
BEGIN
    FOR month IN
        SELECT generate_series(date '2026-01-01', date '2026-12-01', interval '1 month')::date
    LOOP
        name := 'audit_events_' || to_char(month, 'YYYY_MM');
        EXECUTE format('ALTER TABLE public.audit_events DETACH PARTITION public.%I', name);
        EXECUTE format('ALTER TABLE public.%I NO FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'INSERT INTO public.audit_events_default SELECT * FROM public.%I', name
        );
        EXECUTE format('DROP TABLE public.%I', name);
    END LOOP;
END
$$;

ALTER TABLE public.audit_events_default FORCE ROW LEVEL SECURITY;

RESET ROLE;

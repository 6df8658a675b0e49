-- dbtool: lock-timeout=2s
-- dbtool: allow=detach-without-concurrently reason=nobody may write between taking the partition off and putting it back
-- dbtool: allow=attach-without-check reason=the partition is about to be emptied
-- dbtool: allow=row-security-disabled reason=forced again below, within the same transaction
-- dbtool: allow=work-under-lock reason=the default partition holds stray rows only
--
-- Partitions of the audit trail for 2026. A new partition is refused while the DEFAULT partition
-- holds rows that belong in it, so that one is taken off, relieved of them and put back. The lock
-- on the parent lasts to the end of the transaction: nobody sees anything in between.

SET LOCAL ROLE app_owner;

ALTER TABLE public.audit_events DETACH PARTITION public.audit_events_default;

-- FORCE would hide the rows from their owner, who would move nothing and not notice.
ALTER TABLE public.audit_events_default NO FORCE ROW LEVEL SECURITY;

DO $$
DECLARE
    month date;
    name text;
    lower_bound text;
    upper_bound text;
BEGIN
    FOR month IN
        SELECT generate_series(date '2026-01-01', date '2026-12-01', interval '1 month')::date
    LOOP
        name := 'audit_events_' || to_char(month, 'YYYY_MM');
        lower_bound := to_char(month, 'YYYY-MM-DD') || ' 00:00:00+00';
        upper_bound := to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00';

        -- Made empty and then filled. Attaching a filled table would check its foreign key with
        -- a query of the owner, which FORCE on tenants may answer with "no such tenant".
        EXECUTE format(
            'CREATE TABLE public.%I PARTITION OF public.audit_events FOR VALUES FROM (%L) TO (%L)',
            name, lower_bound, upper_bound
        );
        EXECUTE format(
            'INSERT INTO public.%I SELECT * FROM public.audit_events_default'
            ' WHERE occurred_at >= %L AND occurred_at < %L',
            name, lower_bound, upper_bound
        );
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', name);
    END LOOP;
END
$$;

DELETE FROM public.audit_events_default
WHERE occurred_at >= '2026-01-01 00:00:00+00' AND occurred_at < '2027-01-01 00:00:00+00';

ALTER TABLE public.audit_events_default FORCE ROW LEVEL SECURITY;
ALTER TABLE public.audit_events ATTACH PARTITION public.audit_events_default DEFAULT;

RESET ROLE;

-- dbtool: lock-timeout=2s
-- dbtool: allow=drop-index-without-concurrently reason=guests is small, and the unique key must not be missing
-- dbtool: allow=index-without-concurrently reason=some thousand guests: the lock lasts milliseconds
--
-- A guest who asks to be forgotten while bookings still refer to them is marked, not deleted. The
-- address of such a guest is free again: the same person may come back later.

SET LOCAL ROLE app_owner;

-- Nullable and without default: no rewrite of the table, and no backfill. A backfill would have to
-- think of FORCE ROW LEVEL SECURITY: as app_owner it would update no rows, and say nothing.
ALTER TABLE public.guests ADD COLUMN deleted_at timestamptz;

DROP INDEX public.guests_email_key;
CREATE UNIQUE INDEX guests_email_key
    ON public.guests (tenant_id, lower(email))
    WHERE deleted_at IS NULL;

COMMENT ON COLUMN public.guests.deleted_at IS 'Set when the guest was removed; NULL while active.';

RESET ROLE;

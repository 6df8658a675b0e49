SET LOCAL ROLE app_owner;

DROP TABLE public.bookings;
DROP TYPE public.booking_status;

RESET ROLE;

-- Ours to remove only if the up file installed it, and not if others have come to use it since.
DO $$
BEGIN
    IF EXISTS (
        SELECT
        FROM pg_extension
        WHERE extname = 'btree_gist'
            AND obj_description(oid, 'pg_extension') = 'installed by 20250204093000_bookings'
    ) THEN
        DROP EXTENSION btree_gist;
    END IF;
EXCEPTION
    WHEN dependent_objects_still_exist THEN
        RAISE NOTICE 'extension btree_gist is kept: %', SQLERRM;
END
$$;

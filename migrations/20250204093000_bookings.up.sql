-- dbtool: lock-timeout=2s
--
-- Bookings. The database itself refuses to book a room twice: an exclusion constraint holds under
-- concurrency, which a check in the application does not.

-- The extension may be here for others already. As with the roles, the comment remembers who
-- installed it, so that the down file removes only our own.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'btree_gist') THEN
        CREATE EXTENSION btree_gist SCHEMA public;
        COMMENT ON EXTENSION btree_gist IS 'installed by 20250204093000_bookings';
    END IF;
END
$$;

SET LOCAL ROLE app_owner;

CREATE TYPE public.booking_status AS ENUM (
    'pending', 'confirmed', 'checked_in', 'checked_out', 'cancelled', 'no_show'
);

CREATE TABLE public.bookings (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    reference text NOT NULL,
    room_id uuid NOT NULL,
    guest_id uuid NOT NULL,
    stay daterange NOT NULL,
    nights integer GENERATED ALWAYS AS (upper(stay) - lower(stay)) STORED,
    status public.booking_status NOT NULL DEFAULT 'pending',
    adults smallint NOT NULL DEFAULT 1,
    children smallint NOT NULL DEFAULT 0,
    total public.money_amount NOT NULL,
    currency public.currency_code NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    cancelled_at timestamptz,
    CONSTRAINT bookings_pkey PRIMARY KEY (tenant_id, id),
    -- Unlike all other ids this one is unique in the whole service: booking_notes has no tenant_id
    -- and refers to it alone. So that the constraint cannot be asked which ids exist elsewhere,
    -- the application has no privilege to choose or change an id (policies/060_bookings.sql).
    CONSTRAINT bookings_id_key UNIQUE (id),
    CONSTRAINT bookings_reference_key UNIQUE (tenant_id, reference),
    CONSTRAINT bookings_room_fkey FOREIGN KEY (tenant_id, room_id)
        REFERENCES public.rooms (tenant_id, id),
    CONSTRAINT bookings_guest_fkey FOREIGN KEY (tenant_id, guest_id)
        REFERENCES public.guests (tenant_id, id),
    CONSTRAINT bookings_no_double_booking EXCLUDE USING gist (
        tenant_id WITH =,
        room_id WITH =,
        stay WITH &&
    ) WHERE (status NOT IN ('cancelled', 'no_show')),
    CONSTRAINT bookings_reference_check CHECK (reference ~ '^[A-Z0-9]+(-[A-Z0-9]+)*$'),
    -- An empty or unbounded range has no lower or upper bound at all.
    CONSTRAINT bookings_stay_check CHECK (lower(stay) IS NOT NULL AND upper(stay) IS NOT NULL),
    CONSTRAINT bookings_nights_check CHECK (nights BETWEEN 1 AND 365),
    CONSTRAINT bookings_party_check CHECK (adults BETWEEN 1 AND 12 AND children BETWEEN 0 AND 12),
    CONSTRAINT bookings_cancelled_check
        CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
);

CREATE INDEX bookings_room_id_idx ON public.bookings (tenant_id, room_id);
CREATE INDEX bookings_guest_id_idx ON public.bookings (tenant_id, guest_id);
CREATE INDEX bookings_arrival_idx ON public.bookings (tenant_id, lower(stay));

COMMENT ON TABLE public.bookings IS 'Stays of a guest in a room. Cancelled, never deleted.';
COMMENT ON COLUMN public.bookings.id IS
    'Globally unique and always generated, so that booking_notes can refer to it alone.';
COMMENT ON COLUMN public.bookings.stay IS 'Nights of the stay: the day of departure is excluded.';

ALTER TABLE public.bookings ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.bookings FORCE ROW LEVEL SECURITY;

RESET ROLE;

-- dbtool: lock-timeout=2s
--
-- Notes of the staff on a booking. They have no tenant of their own: a note is seen by whoever
-- sees its booking, and goes with it.

SET LOCAL ROLE app_owner;

CREATE TABLE public.booking_notes (
    booking_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    author_id uuid DEFAULT NULLIF(current_setting('app.current_user_id', true), '')::uuid,
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- Led by the booking, so that an id is unique only where its tenant can see.
    CONSTRAINT booking_notes_pkey PRIMARY KEY (booking_id, id),
    CONSTRAINT booking_notes_booking_fkey FOREIGN KEY (booking_id)
        REFERENCES public.bookings (id) ON DELETE CASCADE,
    CONSTRAINT booking_notes_author_fkey FOREIGN KEY (author_id)
        REFERENCES public.users (id) ON DELETE SET NULL,
    CONSTRAINT booking_notes_body_check CHECK (btrim(body) <> '' AND length(body) <= 4000)
);

CREATE INDEX booking_notes_author_id_idx ON public.booking_notes (author_id);

COMMENT ON TABLE public.booking_notes IS
    'Staff notes. No tenant_id: isolated through the booking they belong to.';
COMMENT ON COLUMN public.booking_notes.author_id IS
    'Taken from app.current_user_id; NULL for notes written by the system or a deleted user.';

ALTER TABLE public.booking_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.booking_notes FORCE ROW LEVEL SECURITY;

RESET ROLE;

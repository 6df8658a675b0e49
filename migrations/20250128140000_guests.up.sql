-- Guests belong to one tenant. The same traveller in two tenants is two rows that know nothing of
-- each other, so the e-mail address is unique per tenant only.

SET LOCAL ROLE app_owner;

CREATE TABLE public.guests (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    full_name text NOT NULL,
    email text,
    phone text,
    country public.country_code,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT guests_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT guests_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants (id),
    CONSTRAINT guests_full_name_check CHECK (btrim(full_name) <> ''),
    CONSTRAINT guests_email_check CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
    CONSTRAINT guests_phone_check CHECK (phone ~ '^\+?[0-9 ()-]{4,24}$')
);

CREATE UNIQUE INDEX guests_email_key ON public.guests (tenant_id, lower(email));
CREATE INDEX guests_full_name_idx ON public.guests (tenant_id, lower(full_name));

COMMENT ON TABLE public.guests IS
    'Travellers as one tenant knows them. Walk-in guests may have no e-mail address.';

ALTER TABLE public.guests ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.guests FORCE ROW LEVEL SECURITY;

RESET ROLE;

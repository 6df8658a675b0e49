-- dbtool: lock-timeout=2s
-- dbtool: allow=short-key reason=a list of some dozen amenities, kept by hand
-- dbtool: allow=foreign-key-without-index reason=amenities are never deleted, only retired
--
-- Amenities are the same list for everybody; which property offers them is the tenant's own data.

SET LOCAL ROLE app_owner;

-- A sequence is fine here, as provisioning alone draws from it. In a tenant's table it would let
-- each tenant watch how fast the others grow.
CREATE TABLE public.amenities (
    id smallint GENERATED ALWAYS AS IDENTITY,
    code text NOT NULL,
    name text NOT NULL,
    CONSTRAINT amenities_pkey PRIMARY KEY (id),
    CONSTRAINT amenities_code_key UNIQUE (code),
    CONSTRAINT amenities_code_check CHECK (code ~ '^[a-z][a-z0-9_]*$'),
    CONSTRAINT amenities_name_check CHECK (btrim(name) <> '')
);

COMMENT ON TABLE public.amenities IS 'Global lookup, shared by all tenants; read-only to them.';

CREATE TABLE public.property_amenities (
    tenant_id uuid NOT NULL,
    property_id uuid NOT NULL,
    amenity_id smallint NOT NULL,
    surcharge public.money_amount NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT property_amenities_pkey PRIMARY KEY (tenant_id, property_id, amenity_id),
    CONSTRAINT property_amenities_property_fkey FOREIGN KEY (tenant_id, property_id)
        REFERENCES public.properties (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT property_amenities_amenity_fkey FOREIGN KEY (amenity_id)
        REFERENCES public.amenities (id)
);

CREATE INDEX property_amenities_amenity_id_idx
    ON public.property_amenities (tenant_id, amenity_id);

COMMENT ON TABLE public.property_amenities IS
    'What a property offers, and what it charges a night.';

ALTER TABLE public.amenities ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.amenities FORCE ROW LEVEL SECURITY;
ALTER TABLE public.property_amenities ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.property_amenities FORCE ROW LEVEL SECURITY;

RESET ROLE;

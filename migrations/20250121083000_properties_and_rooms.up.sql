-- Houses and their rooms. From here on the rule is: the key of a tenant's row is (tenant_id, id),
-- and a reference to it carries both columns. A row can then never point into another tenant, and
-- taking an id that exists elsewhere neither fails nor tells anything.

SET LOCAL ROLE app_owner;

CREATE DOMAIN public.money_amount AS numeric(12, 2)
    CONSTRAINT money_amount_check CHECK (VALUE >= 0);
CREATE DOMAIN public.currency_code AS text
    CONSTRAINT currency_code_check CHECK (VALUE ~ '^[A-Z]{3}$');
CREATE DOMAIN public.country_code AS text
    CONSTRAINT country_code_check CHECK (VALUE ~ '^[A-Z]{2}$');

COMMENT ON DOMAIN public.money_amount IS 'Never negative; the direction is said by another column.';
COMMENT ON DOMAIN public.currency_code IS 'ISO 4217 alphabetic code.';
COMMENT ON DOMAIN public.country_code IS 'ISO 3166-1 alpha-2 code.';

CREATE TYPE public.room_kind AS ENUM ('single', 'double', 'twin', 'family', 'suite');

CREATE TABLE public.properties (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    code text NOT NULL,
    name text NOT NULL,
    city text NOT NULL,
    country public.country_code NOT NULL,
    time_zone text NOT NULL DEFAULT 'UTC',
    currency public.currency_code NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT properties_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT properties_code_key UNIQUE (tenant_id, code),
    CONSTRAINT properties_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants (id),
    CONSTRAINT properties_code_check CHECK (code ~ '^[A-Z0-9]{2,8}$'),
    CONSTRAINT properties_name_check CHECK (btrim(name) <> ''),
    CONSTRAINT properties_city_check CHECK (btrim(city) <> ''),
    CONSTRAINT properties_time_zone_check CHECK (time_zone ~ '^[A-Za-z0-9_+/-]+$')
);

COMMENT ON TABLE public.properties IS 'Hotels, lodges and annexes of a tenant.';
COMMENT ON COLUMN public.properties.code IS 'Short code used in booking references.';

CREATE TABLE public.rooms (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    property_id uuid NOT NULL,
    number text NOT NULL,
    kind public.room_kind NOT NULL,
    capacity smallint NOT NULL,
    nightly_rate public.money_amount NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT rooms_pkey PRIMARY KEY (tenant_id, id),
    -- Also the index behind the foreign key.
    CONSTRAINT rooms_number_key UNIQUE (tenant_id, property_id, number),
    CONSTRAINT rooms_property_fkey FOREIGN KEY (tenant_id, property_id)
        REFERENCES public.properties (tenant_id, id),
    CONSTRAINT rooms_number_check CHECK (btrim(number) <> '' AND length(number) <= 10),
    CONSTRAINT rooms_capacity_check CHECK (capacity BETWEEN 1 AND 12)
);

COMMENT ON TABLE public.rooms IS
    'Rooms that can be booked. The rate is in the currency of the property.';

ALTER TABLE public.properties ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.properties FORCE ROW LEVEL SECURITY;
ALTER TABLE public.rooms ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.rooms FORCE ROW LEVEL SECURITY;

RESET ROLE;

-- People and the tenants they work for. A person is one identity in the whole service and may be
-- a member of several tenants, so users carries no tenant_id: memberships does. Passwords are the
-- identity provider's business and never come here.

SET LOCAL ROLE app_owner;

CREATE TYPE public.membership_role AS ENUM ('owner', 'manager', 'front_desk', 'housekeeping');

CREATE TABLE public.users (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    email text NOT NULL,
    display_name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_email_check CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
    CONSTRAINT users_display_name_check CHECK (btrim(display_name) <> '')
);

-- Unique across tenants. Whoever can insert here can ask who has an account, so only
-- provisioning (app_owner) may write this table.
CREATE UNIQUE INDEX users_email_key ON public.users (lower(email));

COMMENT ON TABLE public.users IS
    'Global identities. The application reads those who are members of the current tenant.';

CREATE TABLE public.memberships (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role public.membership_role NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT memberships_pkey PRIMARY KEY (tenant_id, user_id),
    CONSTRAINT memberships_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants (id),
    CONSTRAINT memberships_user_fkey FOREIGN KEY (user_id)
        REFERENCES public.users (id) ON DELETE CASCADE
);

-- Not led by tenant_id: serves sign-in ("which tenants are mine?") and the cascade from users.
CREATE INDEX memberships_user_id_idx ON public.memberships (user_id);

COMMENT ON TABLE public.memberships IS
    'Who works for which tenant, and as what. Decides which users a tenant can see.';

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.users FORCE ROW LEVEL SECURITY;
ALTER TABLE public.memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.memberships FORCE ROW LEVEL SECURITY;

RESET ROLE;

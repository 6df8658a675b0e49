-- Roles of the application and the root of the tenancy model.
--
-- Roles belong to the whole cluster, not to this database: they may be here already, because a
-- sibling database uses them or because operations made them beforehand. What this migration
-- creates it marks in the role's comment, so that the down file never drops anybody else's role.

DO $$
DECLARE
    origin CONSTANT text := 'created by 20250110090000_roles_and_tenants';
    app_role record;
BEGIN
    FOR app_role IN
        SELECT *
        FROM (VALUES
            ('app_owner', 'NOLOGIN', 'Owns the schema; used by migrations and provisioning'),
            ('app_user', 'LOGIN', 'The application; always under row-level security'),
            ('app_readonly', 'LOGIN', 'Reports and support; reads only, under row-level security')
        ) AS r (name, login, purpose)
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = app_role.name) THEN
            EXECUTE format('CREATE ROLE %I %s', app_role.name, app_role.login);
            EXECUTE format(
                'COMMENT ON ROLE %I IS %L', app_role.name, app_role.purpose || ' (' || origin || ')'
            );
        END IF;

        -- An administrator without superuser rights (RDS and the like) must be able to SET ROLE.
        -- From PostgreSQL 16 on, having created a role no longer includes that.
        IF NOT pg_has_role(
            current_user,
            app_role.name,
            CASE WHEN current_setting('server_version_num')::integer >= 160000
                THEN 'SET' ELSE 'MEMBER' END
        ) THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', app_role.name);
        END IF;
    END LOOP;

    -- A role found ready-made might be able to walk past every policy, directly or by membership.
    IF EXISTS (
        SELECT
        FROM pg_roles AS app
        JOIN pg_roles AS strong ON pg_has_role(app.oid, strong.oid, 'MEMBER')
        WHERE app.rolname IN ('app_user', 'app_readonly')
            AND (strong.rolsuper OR strong.rolbypassrls OR strong.rolname = 'app_owner')
    ) THEN
        RAISE EXCEPTION 'app_user or app_readonly can bypass row-level security'
            USING HINT = 'Neither may be superuser, have BYPASSRLS, or be a member of such a role'
                ' or of app_owner.';
    END IF;
END
$$;

-- Until PostgreSQL 14 everybody may create objects in schema public, the application included,
-- which lets it plant functions that others run. WITH GRANT OPTION is the memory of this REVOKE:
-- the down file reads it to know whether PUBLIC gets the privilege back.
DO $$
BEGIN
    IF has_schema_privilege('public', 'public', 'CREATE') THEN
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
        GRANT USAGE ON SCHEMA public TO app_owner;
        GRANT CREATE ON SCHEMA public TO app_owner WITH GRANT OPTION;
    ELSE
        GRANT USAGE, CREATE ON SCHEMA public TO app_owner;
    END IF;

    IF NOT has_schema_privilege('app_owner', 'public', 'CREATE') THEN
        RAISE EXCEPTION 'app_owner may not create objects in schema public'
            USING HINT = 'Run the migrations as the owner of the database or as a superuser.';
    END IF;
END
$$;

SET LOCAL ROLE app_owner;

CREATE TYPE public.tenant_status AS ENUM ('trial', 'active', 'suspended', 'closed');

CREATE TABLE public.tenants (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    slug text NOT NULL,
    name text NOT NULL,
    status public.tenant_status NOT NULL DEFAULT 'trial',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tenants_pkey PRIMARY KEY (id),
    CONSTRAINT tenants_slug_key UNIQUE (slug),
    CONSTRAINT tenants_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 63),
    CONSTRAINT tenants_name_check CHECK (btrim(name) <> '' AND length(name) <= 200)
);

COMMENT ON TABLE public.tenants IS
    'Customers of the service. Root of every tenant_id; written by provisioning only.';
COMMENT ON COLUMN public.tenants.slug IS
    'Name in URLs. Unique across tenants, which is why the application may not write it.';

-- Every table is closed from its first moment; the files in policies/ open it.
ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tenants FORCE ROW LEVEL SECURITY;

RESET ROLE;

SET LOCAL ROLE app_owner;

DROP TABLE public.tenants;
DROP TYPE public.tenant_status;

RESET ROLE;

-- Give PUBLIC back what the up file took from it, and only then (see there).
DO $$
BEGIN
    IF has_schema_privilege('app_owner', 'public', 'CREATE WITH GRANT OPTION') THEN
        GRANT CREATE ON SCHEMA public TO PUBLIC;
    END IF;
END
$$;

REVOKE ALL ON SCHEMA public FROM app_owner, app_user, app_readonly;

-- A role goes only if the up file of some database made it and nothing is left that uses it:
-- objects or grants anywhere in the cluster (DROP ROLE itself refuses then) or members other than
-- the administrators who created it or granted it to themselves. DROP OWNED is avoided on
-- purpose: it would also revoke what was granted on other databases.
DO $$
DECLARE
    origin CONSTANT text := 'created by 20250110090000_roles_and_tenants';
    app_role record;
BEGIN
    FOR app_role IN
        SELECT oid, rolname
        FROM pg_roles
        WHERE rolname IN ('app_owner', 'app_user', 'app_readonly')
            AND strpos(coalesce(shobj_description(oid, 'pg_authid'), ''), origin) > 0
        ORDER BY rolname
    LOOP
        IF EXISTS (
            SELECT
            FROM pg_auth_members AS m
            WHERE m.roleid = app_role.oid AND m.member <> m.grantor AND NOT m.admin_option
        ) THEN
            RAISE NOTICE 'role % is kept: other roles are members of it', app_role.rolname;
            CONTINUE;
        END IF;

        BEGIN
            EXECUTE format('DROP ROLE %I', app_role.rolname);
        EXCEPTION
            WHEN dependent_objects_still_exist OR insufficient_privilege THEN
                RAISE NOTICE 'role % is kept: %', app_role.rolname, SQLERRM;
        END;
    END LOOP;
END
$$;

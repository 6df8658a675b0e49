-- The three roles exist.
SELECT count(*) = 3
FROM pg_roles
WHERE rolname IN ('app_owner', 'app_user', 'app_readonly');

-- The application's roles cannot walk past the policies, not even through another role.
SELECT NOT EXISTS (
    SELECT
    FROM pg_roles AS app
    JOIN pg_roles AS strong ON pg_has_role(app.oid, strong.oid, 'MEMBER')
    WHERE app.rolname IN ('app_user', 'app_readonly')
        AND (strong.rolsuper OR strong.rolbypassrls OR strong.rolname = 'app_owner')
);

-- The root table is closed for everybody, its owner included.
SELECT relrowsecurity AND relforcerowsecurity AND pg_get_userbyid(relowner) = 'app_owner'
FROM pg_class
WHERE oid = 'public.tenants'::regclass;

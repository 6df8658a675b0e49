-- The audit trail can be added to and read. Without UPDATE, DELETE and TRUNCATE, and without a
-- policy for them, the application cannot rewrite it; recorded_at is the database's to fill in.

SET LOCAL ROLE app_owner;

ALTER TABLE public.audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.audit_events FORCE ROW LEVEL SECURITY;

REVOKE ALL ON public.audit_events FROM PUBLIC, app_user, app_readonly;
GRANT SELECT ON public.audit_events TO app_user, app_readonly;
GRANT INSERT (tenant_id, id, occurred_at, actor_id, action, entity_type, entity_id, details)
    ON public.audit_events TO app_user;

DROP POLICY IF EXISTS audit_events_read ON public.audit_events;
CREATE POLICY audit_events_read ON public.audit_events
    FOR SELECT
    TO app_user, app_readonly
    USING (
        tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
    );

-- The actor is a member of the tenant, or nobody for what the system does by itself.
DROP POLICY IF EXISTS audit_events_append ON public.audit_events;
CREATE POLICY audit_events_append ON public.audit_events
    FOR INSERT
    TO app_user
    WITH CHECK (
        tenant_id = (SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)
        AND (
            audit_events.actor_id IS NULL
            OR EXISTS (
                SELECT
                FROM public.memberships AS m
                WHERE m.user_id = audit_events.actor_id
                    AND m.tenant_id = (
                        SELECT NULLIF(current_setting('app.current_tenant_id', true), '')::uuid
                    )
            )
        )
    );

-- Reading through the parent, the parent's policies count; a partition named directly has only its
-- own. No role is granted a partition. Should one be by mistake, it still shows no other tenant.
DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN
        SELECT relid FROM pg_partition_tree('public.audit_events') WHERE isleaf ORDER BY relid
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', part);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', part);
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, app_user, app_readonly', part);
        EXECUTE format('DROP POLICY IF EXISTS audit_events_read ON %s', part);
        EXECUTE format(
            'CREATE POLICY audit_events_read ON %s FOR SELECT TO app_user, app_readonly USING ('
            'tenant_id = (SELECT NULLIF(current_setting(''app.current_tenant_id'', true), '''')'
            '::uuid))',
            part
        );
    END LOOP;
END
$$;

RESET ROLE;

-- The audit trail: one partition a month, so that old months can be archived by detaching them,
-- and a DEFAULT partition, so that an event outside the prepared months is never refused.
-- actor_id has no foreign key: the trail outlives the people in it.

SET LOCAL ROLE app_owner;

CREATE TABLE public.audit_events (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    occurred_at timestamptz NOT NULL DEFAULT now(),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    actor_id uuid DEFAULT NULLIF(current_setting('app.current_user_id', true), '')::uuid,
    action text NOT NULL,
    entity_type text NOT NULL,
    entity_id uuid,
    details jsonb NOT NULL DEFAULT '{}',
    -- A primary key of a partitioned table has to include the partition key.
    CONSTRAINT audit_events_pkey PRIMARY KEY (tenant_id, occurred_at, id),
    CONSTRAINT audit_events_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants (id),
    CONSTRAINT audit_events_action_check CHECK (action ~ '^[a-z_]+\.[a-z_]+$'),
    CONSTRAINT audit_events_entity_type_check CHECK (entity_type ~ '^[a-z_]+$'),
    CONSTRAINT audit_events_details_check CHECK (jsonb_typeof(details) = 'object')
) PARTITION BY RANGE (occurred_at);

CREATE INDEX audit_events_entity_idx
    ON public.audit_events (tenant_id, entity_type, entity_id, occurred_at);

COMMENT ON TABLE public.audit_events IS
    'What happened, when and by whom. The application adds and reads; it changes nothing.';
COMMENT ON COLUMN public.audit_events.occurred_at IS 'When it happened, as the application says.';
COMMENT ON COLUMN public.audit_events.recorded_at IS 'When it was written, as the database says.';

ALTER TABLE public.audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.audit_events FORCE ROW LEVEL SECURITY;

CREATE TABLE public.audit_events_default PARTITION OF public.audit_events DEFAULT;

-- A partition does not inherit row-level security: read directly, it would be an open table.
ALTER TABLE public.audit_events_default ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.audit_events_default FORCE ROW LEVEL SECURITY;

-- The months left of 2025. The bounds name UTC, whatever the time zone of the session.
DO $$
DECLARE
    month date;
    name text;
BEGIN
    FOR month IN
        SELECT generate_series(date '2025-04-01', date '2025-12-01', interval '1 month')::date
    LOOP
        name := 'audit_events_' || to_char(month, 'YYYY_MM');
        EXECUTE format(
            'CREATE TABLE public.%I PARTITION OF public.audit_events FOR VALUES FROM (%L) TO (%L)',
            name,
            to_char(month, 'YYYY-MM-DD') || ' 00:00:00+00',
            to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00'
        );
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', name);
    END LOOP;
END
$$;

RESET ROLE;

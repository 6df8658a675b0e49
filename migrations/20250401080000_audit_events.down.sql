SET LOCAL ROLE app_owner;

-- Takes its partitions with it.
DROP TABLE public.audit_events;

RESET ROLE;

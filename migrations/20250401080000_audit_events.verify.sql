-- At least the nine months of 2025 and the default partition.
SELECT count(*) >= 10
FROM pg_inherits
WHERE inhparent = 'public.audit_events'::regclass;

-- An event outside the prepared months has somewhere to go.
SELECT partdefid = 'public.audit_events_default'::regclass
FROM pg_partitioned_table
WHERE partrelid = 'public.audit_events'::regclass;

-- Row-level security is on, and forced, for the parent and for each partition.
SELECT bool_and(relrowsecurity AND relforcerowsecurity)
FROM pg_partition_tree('public.audit_events')
JOIN pg_class ON pg_class.oid = relid;

-- No partition is open to anybody but its owner.
SELECT NOT EXISTS (
    SELECT
    FROM pg_partition_tree('public.audit_events')
    JOIN pg_class ON pg_class.oid = relid
    CROSS JOIN aclexplode(relacl) AS acl
    WHERE isleaf AND acl.grantee <> relowner
);

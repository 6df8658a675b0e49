-- Double booking is excluded within a tenant: tenant_id is part of the constraint.
SELECT conkey[1] = attnum
FROM pg_constraint
JOIN pg_attribute ON attrelid = conrelid AND attname = 'tenant_id'
WHERE conrelid = 'public.bookings'::regclass
    AND conname = 'bookings_no_double_booking'
    AND contype = 'x';

-- References to rooms and guests carry the tenant.
SELECT count(*) = 2
FROM pg_constraint
JOIN pg_attribute ON attrelid = conrelid AND attname = 'tenant_id'
WHERE conrelid = 'public.bookings'::regclass AND contype = 'f' AND conkey[1] = attnum;

-- nights is computed by the database.
SELECT attgenerated = 's'
FROM pg_attribute
WHERE attrelid = 'public.bookings'::regclass AND attname = 'nights';

-- The table is closed until the policies open it.
SELECT relrowsecurity AND relforcerowsecurity
FROM pg_class
WHERE oid = 'public.bookings'::regclass;

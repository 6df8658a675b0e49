INSERT INTO bookings
SELECT ${tenant_id}, n, n, 'guest ' || n FROM generate_series(1, 60) n;

-- Run once per tenant, as the application. The ids of bookings are always generated, so what makes
-- a second run add nothing is the reference. GRAND-0029 and GARDEN-0030 take nights that a no-show
-- and a cancellation have set free.

INSERT INTO public.bookings (
    tenant_id, reference, room_id, guest_id, stay, status, adults, children, total, currency,
    cancelled_at
)
SELECT
    r.tenant_id,
    b.reference,
    r.id,
    g.id,
    daterange(b.arrival, b.departure),
    b.status::public.booking_status,
    b.adults,
    b.children,
    (b.departure - b.arrival) * r.nightly_rate,
    p.currency,
    CASE WHEN b.status = 'cancelled' THEN (b.arrival - 7)::timestamp AT TIME ZONE 'UTC' END
FROM (
    VALUES
        (
            'GRAND-0001', '101', 'alder.brook',
            date '2026-09-01', date '2026-09-02', 'checked_out', 1, 0
        ),
        ('GRAND-0002', '102', 'birch.cliff', '2026-09-04', '2026-09-07', 'checked_out', 2, 0),
        ('GRAND-0003', '103', 'cedar.dunes', '2026-09-07', '2026-09-12', 'checked_out', 2, 0),
        ('GRAND-0004', '104', 'dale.evergreen', '2026-09-10', '2026-09-11', 'checked_out', 2, 1),
        ('GARDEN-0005', '201', 'elm.fields', '2026-09-02', '2026-09-05', 'checked_out', 1, 0),
        ('GARDEN-0006', '202', 'fern.grove', '2026-09-05', '2026-09-10', 'checked_out', 2, 0),
        ('GARDEN-0007', '203', 'hazel.inlet', '2026-09-08', '2026-09-09', 'checked_out', 2, 0),
        ('GARDEN-0008', '204', 'iris.jetty', '2026-09-11', '2026-09-14', 'checked_out', 2, 1),
        ('STATION-0009', '301', 'juniper.knoll', '2026-09-03', '2026-09-08', 'checked_out', 2, 0),
        ('STATION-0010', '302', 'kelp.lake', '2026-09-06', '2026-09-07', 'checked_out', 2, 0),
        ('STATION-0011', '303', 'linden.meadow', '2026-09-09', '2026-09-12', 'checked_out', 2, 2),
        ('STATION-0012', '304', 'maple.north', '2026-09-01', '2026-09-06', 'checked_out', 2, 0),
        ('GRAND-0013', '101', 'olive.pond', '2026-10-11', '2026-10-13', 'checked_out', 1, 0),
        ('GRAND-0014', '102', 'poppy.quarry', '2026-10-14', '2026-10-18', 'checked_out', 2, 0),
        ('GRAND-0015', '103', 'quince.river', '2026-10-17', '2026-10-23', 'checked_out', 2, 0),
        ('GRAND-0016', '104', 'rowan.stone', '2026-10-20', '2026-10-22', 'no_show', 2, 1),
        ('GARDEN-0017', '201', 'sage.tarn', '2026-10-12', '2026-10-16', 'checked_out', 1, 0),
        ('GARDEN-0018', '202', 'thyme.woods', '2026-10-15', '2026-10-21', 'checked_out', 2, 0),
        ('GARDEN-0019', '203', 'alder.brook', '2026-10-18', '2026-10-20', 'checked_out', 2, 0),
        ('GARDEN-0020', '204', 'birch.cliff', '2026-10-21', '2026-10-25', 'cancelled', 2, 1),
        ('STATION-0021', '303', 'elm.fields', '2026-10-19', '2026-10-23', 'checked_out', 2, 2),
        ('STATION-0022', '304', 'fern.grove', '2026-10-11', '2026-10-17', 'checked_out', 2, 0),
        ('GRAND-0023', '101', 'hazel.inlet', '2026-11-20', '2026-11-23', 'checked_in', 1, 0),
        ('GRAND-0024', '103', 'iris.jetty', '2026-11-26', '2026-11-27', 'confirmed', 2, 0),
        ('GARDEN-0025', '201', 'juniper.knoll', '2026-11-21', '2026-11-26', 'confirmed', 1, 0),
        ('GARDEN-0026', '203', 'kelp.lake', '2026-11-27', '2026-11-30', 'confirmed', 2, 0),
        ('STATION-0027', '301', 'linden.meadow', '2026-11-22', '2026-11-23', 'pending', 2, 0),
        ('STATION-0028', '303', 'maple.north', '2026-11-28', '2026-12-03', 'pending', 2, 2),
        ('GRAND-0029', '104', 'cedar.dunes', '2026-10-20', '2026-10-22', 'checked_out', 2, 1),
        ('GARDEN-0030', '204', 'dale.evergreen', '2026-10-21', '2026-10-25', 'checked_out', 2, 1)
) AS b (reference, number, guest, arrival, departure, status, adults, children)
JOIN public.properties AS p ON p.code = split_part(b.reference, '-', 1)
JOIN public.rooms AS r
    ON r.tenant_id = p.tenant_id AND r.property_id = p.id AND r.number = b.number
JOIN public.guests AS g
    ON g.tenant_id = p.tenant_id AND g.email = b.guest || '@example.test' AND g.deleted_at IS NULL
WHERE p.tenant_id = current_setting('app.current_tenant_id')::uuid
ON CONFLICT (tenant_id, reference) DO NOTHING;

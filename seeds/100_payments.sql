-- Run once per tenant, as the application. The provider's reference identifies a payment, so a
-- second run adds nothing.

-- Whoever has left has paid; whoever is to come has paid a deposit of a fifth.
INSERT INTO public.payments (
    tenant_id, booking_id, kind, status, amount, currency, provider, provider_reference, settled_at
)
SELECT
    b.tenant_id,
    b.id,
    'charge',
    'settled',
    CASE WHEN b.status = 'checked_out' THEN b.total ELSE round(b.total / 5, 2) END,
    b.currency,
    'demo_pay',
    'charge-' || b.reference,
    (lower(b.stay) - 10)::timestamp AT TIME ZONE 'UTC'
FROM public.bookings AS b
WHERE b.tenant_id = current_setting('app.current_tenant_id')::uuid
    AND b.status IN ('checked_out', 'checked_in', 'confirmed', 'cancelled')
    AND b.reference ~ '^(GRAND|GARDEN|STATION)-00[0-3][0-9]$'
ON CONFLICT (tenant_id, provider, provider_reference) DO NOTHING;

-- What was cancelled in time is given back.
INSERT INTO public.payments (
    tenant_id, booking_id, kind, status, amount, currency, provider, provider_reference, settled_at
)
SELECT
    charge.tenant_id,
    charge.booking_id,
    'refund',
    'settled',
    charge.amount,
    charge.currency,
    charge.provider,
    'refund-' || b.reference,
    b.cancelled_at
FROM public.payments AS charge
JOIN public.bookings AS b ON b.tenant_id = charge.tenant_id AND b.id = charge.booking_id
WHERE charge.tenant_id = current_setting('app.current_tenant_id')::uuid
    AND charge.kind = 'charge'
    AND charge.provider = 'demo_pay'
    AND b.status = 'cancelled'
    AND b.reference ~ '^(GRAND|GARDEN|STATION)-00[0-3][0-9]$'
ON CONFLICT (tenant_id, provider, provider_reference) DO NOTHING;

-- One that has not arrived yet.
INSERT INTO public.payments (
    tenant_id, booking_id, amount, currency, provider, provider_reference
)
SELECT b.tenant_id, b.id, b.total, b.currency, 'bank_transfer', 'invoice-' || b.reference
FROM public.bookings AS b
WHERE b.tenant_id = current_setting('app.current_tenant_id')::uuid
    AND b.reference = 'STATION-0027'
ON CONFLICT (tenant_id, provider, provider_reference) DO NOTHING;

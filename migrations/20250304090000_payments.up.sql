-- dbtool: lock-timeout=2s
--
-- Money received and given back. A mistake is corrected by a refund, never by editing an amount.

SET LOCAL ROLE app_owner;

CREATE TYPE public.payment_kind AS ENUM ('charge', 'refund');
CREATE TYPE public.payment_status AS ENUM ('pending', 'settled', 'failed');

CREATE TABLE public.payments (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    booking_id uuid NOT NULL,
    kind public.payment_kind NOT NULL DEFAULT 'charge',
    status public.payment_status NOT NULL DEFAULT 'pending',
    amount public.money_amount NOT NULL,
    currency public.currency_code NOT NULL,
    provider text NOT NULL,
    provider_reference text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    CONSTRAINT payments_pkey PRIMARY KEY (tenant_id, id),
    -- A provider that repeats its notification cannot make us book the money twice.
    CONSTRAINT payments_provider_reference_key UNIQUE (tenant_id, provider, provider_reference),
    CONSTRAINT payments_booking_fkey FOREIGN KEY (tenant_id, booking_id)
        REFERENCES public.bookings (tenant_id, id),
    CONSTRAINT payments_amount_check CHECK (amount > 0),
    -- These currencies have no minor unit.
    CONSTRAINT payments_currency_check
        CHECK (currency NOT IN ('CLP', 'ISK', 'JPY', 'KRW', 'VND') OR amount = trunc(amount)),
    CONSTRAINT payments_provider_check CHECK (provider ~ '^[a-z][a-z0-9_]*$'),
    CONSTRAINT payments_provider_reference_check CHECK (btrim(provider_reference) <> ''),
    CONSTRAINT payments_settled_check CHECK ((status = 'settled') = (settled_at IS NOT NULL))
);

CREATE INDEX payments_booking_id_idx ON public.payments (tenant_id, booking_id);

COMMENT ON TABLE public.payments IS
    'Charges and refunds. Amounts are final; only the status of a payment moves.';

ALTER TABLE public.payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.payments FORCE ROW LEVEL SECURITY;

RESET ROLE;

SET LOCAL ROLE app_owner;

DROP TABLE public.payments;
DROP TYPE public.payment_status;
DROP TYPE public.payment_kind;

RESET ROLE;

SET LOCAL ROLE app_owner;

DROP TABLE public.booking_notes;

RESET ROLE;

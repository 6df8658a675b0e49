SET LOCAL ROLE app_owner;

DROP TABLE public.guests;

RESET ROLE;

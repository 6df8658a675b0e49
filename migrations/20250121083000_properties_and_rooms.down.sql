SET LOCAL ROLE app_owner;

DROP TABLE public.rooms;
DROP TABLE public.properties;
DROP TYPE public.room_kind;
DROP DOMAIN public.country_code;
DROP DOMAIN public.currency_code;
DROP DOMAIN public.money_amount;

RESET ROLE;

SET LOCAL ROLE app_owner;

DROP TABLE public.property_amenities;
DROP TABLE public.amenities;

RESET ROLE;

-- dbtool: as-admin
--
-- The list all tenants share. The ids come from the database; seeds refer to the code.
-- Not ON CONFLICT: a conflict would use up a number of the sequence at every run.

INSERT INTO public.amenities (code, name)
SELECT new.code, new.name
FROM (
    VALUES
        ('wifi', 'Wireless internet'),
        ('parking', 'Parking'),
        ('breakfast', 'Breakfast buffet'),
        ('sauna', 'Sauna'),
        ('pool', 'Indoor pool'),
        ('bicycles', 'Bicycle hire'),
        ('pets', 'Pets welcome'),
        ('charging', 'Charging for electric cars')
) AS new (code, name)
WHERE NOT EXISTS (SELECT FROM public.amenities AS a WHERE a.code = new.code);

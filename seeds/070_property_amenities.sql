-- Run once per tenant, as the application. The amenities are everybody's, the properties are not.

INSERT INTO public.property_amenities (tenant_id, property_id, amenity_id, surcharge)
SELECT p.tenant_id, p.id, a.id, offered.surcharge
FROM (
    VALUES
        ('GRAND', 'wifi', 0.00),
        ('GRAND', 'breakfast', 14.50),
        ('GRAND', 'pool', 0.00),
        ('GRAND', 'sauna', 8.00),
        ('GARDEN', 'wifi', 0.00),
        ('GARDEN', 'parking', 6.00),
        ('GARDEN', 'pets', 10.00),
        ('STATION', 'wifi', 0.00),
        ('STATION', 'bicycles', 12.00),
        ('STATION', 'charging', 5.00)
) AS offered (property_code, amenity_code, surcharge)
JOIN public.properties AS p ON p.code = offered.property_code
JOIN public.amenities AS a ON a.code = offered.amenity_code
WHERE p.tenant_id = current_setting('app.current_tenant_id')::uuid
ON CONFLICT (tenant_id, property_id, amenity_id) DO NOTHING;

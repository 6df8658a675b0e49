-- dbtool: as-admin
--
-- Two demo tenants. Tenants are made by provisioning, never by the application.

INSERT INTO public.tenants (id, slug, name, status)
VALUES
    ('11111111-1111-4111-8111-111111111111', 'seaside-hotels', 'Seaside Hotels', 'active'),
    ('22222222-2222-4222-8222-222222222222', 'alpine-lodges', 'Alpine Lodges', 'active')
ON CONFLICT (id) DO NOTHING;

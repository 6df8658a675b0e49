-- dbtool: as-admin
--
-- The people of both tenants. Robin Vale works for both: each tenant must see Robin, and neither
-- may see by that the rest of the other's staff.

INSERT INTO public.users (id, email, display_name)
VALUES
    ('a0000000-0000-4000-8000-000000000001', 'robin.vale@example.com', 'Robin Vale'),
    ('a0000000-0000-4000-8000-000000000002', 'sandy.shore@example.com', 'Sandy Shore'),
    ('a0000000-0000-4000-8000-000000000003', 'coral.reed@example.com', 'Coral Reed'),
    ('a0000000-0000-4000-8000-000000000004', 'heath.ridge@example.com', 'Heath Ridge'),
    ('a0000000-0000-4000-8000-000000000005', 'ivy.summit@example.com', 'Ivy Summit')
ON CONFLICT (id) DO NOTHING;

INSERT INTO public.memberships (tenant_id, user_id, role)
VALUES
    (
        '11111111-1111-4111-8111-111111111111',
        'a0000000-0000-4000-8000-000000000001',
        'manager'
    ),
    (
        '11111111-1111-4111-8111-111111111111',
        'a0000000-0000-4000-8000-000000000002',
        'owner'
    ),
    (
        '11111111-1111-4111-8111-111111111111',
        'a0000000-0000-4000-8000-000000000003',
        'front_desk'
    ),
    (
        '22222222-2222-4222-8222-222222222222',
        'a0000000-0000-4000-8000-000000000001',
        'manager'
    ),
    (
        '22222222-2222-4222-8222-222222222222',
        'a0000000-0000-4000-8000-000000000004',
        'owner'
    ),
    (
        '22222222-2222-4222-8222-222222222222',
        'a0000000-0000-4000-8000-000000000005',
        'housekeeping'
    )
ON CONFLICT (tenant_id, user_id) DO NOTHING;

-- The example's tables as Payload's Drizzle adapter makes them, with the multi-tenant plugin's columns.
CREATE TABLE tenants (id serial PRIMARY KEY, name varchar NOT NULL, slug varchar NOT NULL);
CREATE TABLE users (id serial PRIMARY KEY, email varchar NOT NULL, hash varchar, salt varchar);
CREATE TABLE users_tenants (
    _order integer NOT NULL,
    _parent_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id varchar PRIMARY KEY,
    tenant_id integer REFERENCES tenants (id) ON DELETE SET NULL
);
CREATE TABLE properties (
    id serial PRIMARY KEY,
    tenant_id integer REFERENCES tenants (id) ON DELETE SET NULL,
    name varchar NOT NULL
);
CREATE INDEX ON properties (tenant_id);
CREATE TABLE bookings (
    id serial PRIMARY KEY,
    tenant_id integer REFERENCES tenants (id) ON DELETE SET NULL,
    property_id integer REFERENCES properties (id) ON DELETE SET NULL,
    reference varchar NOT NULL,
    status varchar
);
CREATE INDEX ON bookings (tenant_id);
CREATE TABLE payload_migrations (id serial PRIMARY KEY, name varchar, batch numeric);
CREATE ROLE payload_app LOGIN PASSWORD 'only for tests';
GRANT SELECT, INSERT, UPDATE, DELETE ON users, users_tenants, payload_migrations TO payload_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO payload_app;
INSERT INTO tenants (name, slug) VALUES ('Alpenhof', 'alpenhof'), ('Seeblick', 'seeblick');
INSERT INTO users (email) VALUES ('anna@example.org'), ('ben@example.org');
INSERT INTO properties (tenant_id, name) SELECT 1 + i % 2, 'House ' || i FROM generate_series(1, 20) i;
INSERT INTO bookings (tenant_id, property_id, reference)
    SELECT p.tenant_id, p.id, 'B' || p.id || '-' || i FROM properties p, generate_series(1, 5) i;

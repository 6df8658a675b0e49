DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app_user') THEN
    CREATE ROLE app_user;
  END IF;
END $$;
CREATE TABLE tenants (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE rooms (
  tenant_id int NOT NULL REFERENCES tenants,
  id int NOT NULL,
  name text NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE TABLE bookings (
  tenant_id int NOT NULL,
  id int NOT NULL,
  room_id int NOT NULL,
  guest text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, room_id) REFERENCES rooms
);
INSERT INTO tenants VALUES (1, 'Adler'), (2, 'Bellevue');
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE rooms ENABLE ROW LEVEL SECURITY;
ALTER TABLE bookings ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON tenants TO app_user;
GRANT SELECT, INSERT, UPDATE, DELETE ON rooms, bookings TO app_user;

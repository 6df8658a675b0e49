DROP TABLE bookings, rooms, tenants;

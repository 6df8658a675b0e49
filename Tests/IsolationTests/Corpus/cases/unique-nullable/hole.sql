-- A number that only some courts have, unique among those of all clubs.
ALTER TABLE club.courts ADD COLUMN registry_code text UNIQUE;

-- A join table of the doctors and of shared tags.
SET ROLE app_owner;
CREATE TABLE tags (id int PRIMARY KEY, name text NOT NULL);
GRANT SELECT ON tags TO app_user;
CREATE TABLE doctor_tags (
  doctor_id uuid NOT NULL REFERENCES doctors (id) ON DELETE CASCADE,
  tag_id int NOT NULL REFERENCES tags,
  PRIMARY KEY (doctor_id, tag_id)
);
GRANT SELECT, INSERT, DELETE ON doctor_tags TO app_user;

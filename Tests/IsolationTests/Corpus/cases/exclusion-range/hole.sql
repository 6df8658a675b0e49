-- One holiday at a time, over all clubs.
SET ROLE app_owner;
CREATE TABLE club.holidays (
  org_id int NOT NULL, days daterange NOT NULL, EXCLUDE USING gist (days WITH &&));
CALL pg_temp.protect('club.holidays');

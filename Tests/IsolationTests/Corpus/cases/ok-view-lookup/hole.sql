-- A superuser's view over a lookup table.
SET ROLE app_owner;
CREATE TABLE club.sports (name text PRIMARY KEY, players int NOT NULL);
RESET ROLE;
CREATE VIEW club.team_sports AS SELECT name FROM club.sports WHERE players > 2;
GRANT SELECT ON club.team_sports TO app_user;

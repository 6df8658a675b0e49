-- The child is protected, its parent is not.
SET ROLE app_owner;
CREATE TABLE club.log_base (org_id int NOT NULL, at timestamptz DEFAULT now(), what text NOT NULL);
CREATE TABLE club.log_matches (match_id bigint) INHERITS (club.log_base);
CALL pg_temp.protect('club.log_matches');
GRANT SELECT ON club.log_base TO app_user;

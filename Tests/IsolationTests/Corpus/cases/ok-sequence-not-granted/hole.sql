-- A shared sequence that only the owner may read.
SET ROLE app_owner;
CREATE SEQUENCE invoice_no;

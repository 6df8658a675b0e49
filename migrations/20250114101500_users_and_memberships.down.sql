SET LOCAL ROLE app_owner;

-- Together: a policy of users reads memberships, and memberships refers to users.
DROP TABLE public.memberships, public.users;
DROP TYPE public.membership_role;

RESET ROLE;

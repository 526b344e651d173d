-- The product's two roles, for the superuser of a cluster; running it again changes nothing.
-- Set passwords afterwards: ALTER ROLE viis_app PASSWORD '...'.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'viis_owner') THEN
        CREATE ROLE viis_owner LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'viis_app') THEN
        CREATE ROLE viis_app LOGIN;
    END IF;
END
$$;
-- Owns the tables: migrations, dumps and bulk loads pass the row policies.
ALTER ROLE viis_owner NOSUPERUSER NOCREATEROLE CREATEDB BYPASSRLS;
-- The owner can put itself in the application's place, as the tests do; never the other way.
GRANT viis_app TO viis_owner;
-- Owns nothing: everything that people and machines ask for runs as this role.
ALTER ROLE viis_app NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS;

extension RuleBook {
  /// Rules about roles and privileges.
  static let privileges = [
    Rule(
      name: "truncate-granted", severity: .error,
      title: "the role may TRUNCATE a table of tenants",
      why: """
        TRUNCATE is not subject to row-level security: one statement takes away the rows of all \
        tenants. GRANT ALL includes it.
        """,
      example: """
        GRANT ALL ON rooms TO app_user;                  -- open
        REVOKE TRUNCATE ON rooms FROM app_user;          -- closed
        """,
      source: Manual.truncate),
    Rule(
      name: "role-createrole", severity: .error,
      title: "the role may make itself a member of the owner",
      why: """
        Before PostgreSQL 16 a role with CREATEROLE may grant membership in any role that is no \
        superuser, to itself too. As a member of the owner it alters or drops the policies.
        """,
      example: """
        ALTER ROLE app_user CREATEROLE;                  -- open
        ALTER ROLE app_user NOCREATEROLE;                -- closed
        """,
      source: Manual.roleAttributes),
    Rule(
      name: "member-of-unbound-role", severity: .error,
      title: "the role may become a role that no policy binds",
      why: """
        SET ROLE takes on the attributes of the other role. If that one is a superuser or has \
        BYPASSRLS, one statement of the application, or one injected into it, ends all isolation.
        """,
      example: """
        CREATE ROLE reporting BYPASSRLS;
        GRANT reporting TO app_user;                     -- open
        REVOKE reporting FROM app_user;                  -- closed
        """,
      source: Manual.roleMembership),
    Rule(
      name: "trigger-granted", severity: .warning,
      title: "the role may put triggers on a table of tenants",
      why: """
        A trigger's function runs with the rights of whoever writes the table. One that the \
        application puts there also runs when an administrator or the owner writes, and sees every \
        row that is written.
        """,
      example: """
        GRANT TRIGGER ON rooms TO app_user;              -- open
        REVOKE TRIGGER ON rooms FROM app_user;           -- closed
        """,
      source: Manual.privileges),
    Rule(
      name: "references-granted", severity: .warning,
      title: "the role may make foreign keys to a table of tenants",
      why: """
        A foreign key is checked behind the policies. With REFERENCES and a schema to make a table \
        in, the role asks for any key whether some tenant has it, and can stop its deletion.
        """,
      example: """
        GRANT REFERENCES ON rooms TO app_user;           -- open
        REVOKE REFERENCES ON rooms FROM app_user;        -- closed
        """,
      source: Manual.rowSecurity),
    Rule(
      name: "owner-can-disable", severity: .warning,
      title: "the role owns a table and can switch its row-level security off",
      why: """
        FORCE binds the owner to the policies, but the owner may say NO FORCE, DISABLE or DROP POLICY \
        at any time. Let a role own the tables that the application cannot become.
        """,
      example: """
        ALTER TABLE rooms OWNER TO app_user;             -- open
        ALTER TABLE rooms OWNER TO CURRENT_USER;         -- closed, run by an administrator
        GRANT SELECT, INSERT, UPDATE, DELETE ON rooms TO app_user;
        """,
      source: Manual.rowSecurity),
    Rule(
      name: "foreign-table-granted", severity: .warning,
      title: "the role may read a foreign table, which cannot have policies",
      why: """
        Row-level security works on ordinary and partitioned tables only. What a foreign table shows \
        is decided by the user mapping and the policies on the other server, which usually know \
        nothing of this session's tenant.
        """,
      example: """
        CREATE EXTENSION IF NOT EXISTS file_fdw;
        CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
        CREATE FOREIGN TABLE imported (tenant_id uuid, line text)
          SERVER files OPTIONS (filename '/tmp/rooms.csv', format 'csv');
        GRANT SELECT ON imported TO app_user;            -- open
        REVOKE SELECT ON imported FROM app_user;         -- closed
        """,
      source: Manual.foreignData),
  ]
}

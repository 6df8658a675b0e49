import Postgres
import TestSupport
import Testing

@testable import LocalPostgres

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Contained servers", .serialized)
struct ContainedServerTests {
  private static let server = Result {
    // Static values are never destroyed, so the server would outlive the process.
    atexit { EphemeralServer.stopAll(refusesNew: true) }
    return try EphemeralServer.start(
      try TestServer.options(),
      rights: .contained(
        extensions: [ServerExtension("pageinspect")],
        settings: [
          "my.tenant", "log_statement", "x; ALTER ROLE postgres SUPERUSER", "a.b\nc", "1.2",
        ]))
  }

  /// A path that the server's account may write to.
  private static let marker = "/tmp/dbtool-escaped-\(getpid())"

  /// What reaches out of the database, each of which a superuser may do.
  private static let reaching = [
    "COPY (SELECT 1) TO PROGRAM 'touch \(marker)'",
    "COPY (SELECT 1) TO '\(marker)'",
    "CREATE TEMP TABLE t (x text); COPY t FROM PROGRAM 'touch \(marker)'",
    "CREATE TEMP TABLE t (x text); COPY t FROM '/etc/passwd'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_read_binary_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT pg_stat_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(lo_from_bytea(0, 'x'), '\(marker)')",
    "ALTER SYSTEM SET archive_command = 'touch \(marker)'",
    "LOAD '/tmp/evil.so'",
    "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc.so.6', 'system'",
    "CREATE FUNCTION f() RETURNS int LANGUAGE internal AS 'pg_read_file'",
    "SELECT pg_reload_conf()",
    "SELECT pg_rotate_logfile()",
    "SET log_statement = 'all'",
    "SET temp_file_limit = -1",
    "CREATE TABLESPACE t LOCATION '/tmp'",
    "CREATE EXTENSION file_fdw",
    "CREATE EXTENSION dblink",
    "CREATE EXTENSION postgres_fdw",
    "CREATE EXTENSION adminpack",
    "CREATE EXTENSION pg_buffercache",
    "CREATE FOREIGN DATA WRAPPER w",
    "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1' PUBLICATION p WITH (connect = false)",
    "DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch \(marker)'''; END $$",
  ]

  /// What would make somebody more than the user is.
  private static let rising = [
    "SET ROLE dbtool_superuser",
    "SELECT set_config('role', 'dbtool_superuser', false)",
    "SET SESSION AUTHORIZATION dbtool_superuser",
    "SELECT set_config('session_authorization', 'dbtool_superuser', false)",
    "ALTER ROLE postgres SUPERUSER",
    "ALTER ROLE dbtool_superuser PASSWORD 'known'",
    "ALTER ROLE dbtool_superuser SET search_path = evil",
    "CREATE ROLE other SUPERUSER",
    "GRANT dbtool_superuser TO postgres",
    "GRANT pg_execute_server_program TO postgres",
    "GRANT pg_read_server_files TO postgres",
    "GRANT pg_write_server_files TO postgres",
    "CREATE ROLE other IN ROLE pg_execute_server_program",
    "CREATE ROLE other IN ROLE dbtool_superuser",
    "UPDATE pg_catalog.pg_authid SET rolsuper = true",
    "INSERT INTO pg_catalog.pg_auth_members VALUES (10, 10, 10, false)",
    "SELECT rolpassword FROM pg_catalog.pg_authid",
    "GRANT SET ON PARAMETER log_statement TO postgres",
    "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; "
      + "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION e()",
    "ALTER FUNCTION pg_catalog.now() OWNER TO postgres",
    "CREATE OR REPLACE FUNCTION pg_catalog.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT NULL'",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
      + "WHERE usename IS DISTINCT FROM current_user",
  ]

  @Test("what reaches out of the database is refused, and does nothing", arguments: reaching)
  func reach(sql: String) throws {
    try expectRefusal(of: sql)
    #expect(access(Self.marker, F_OK) != 0)
  }

  @Test("nobody becomes more than the user is", arguments: rising)
  func rise(sql: String) throws {
    try expectRefusal(of: sql)
  }

  @Test(
    "an untrusted language cannot be had", arguments: ["plpython3u", "plperlu", "pltclu"])
  func language(name: String) throws {
    for sql in ["CREATE EXTENSION \(name)", "CREATE LANGUAGE \(name)"] {
      // 58P01 or 0A000 where it is not installed at all.
      let error = try refusal(of: sql)
      let isRefused = ["42501", "58P01", "0A000"].contains(error?.sqlState?.rawValue)
      #expect(isRefused, "\(sql): \(error as Any)")
    }
  }

  private func refusal(of sql: String) throws -> PostgresError? {
    let connection = try LibPQConnection(conninfo: try Self.server.get().address.conninfo)
    defer { connection.close() }
    do {
      for statement in sql.contains("$$") ? [sql] : sql.split(separator: "; ").map(String.init) {
        try connection.execute(statement)
      }
    } catch let error as PostgresError {
      return error
    }
    return nil
  }

  private func expectRefusal(of sql: String) throws {
    let error = try refusal(of: sql)
    #expect(error?.sqlState == .insufficientPrivilege, "\(sql): \(error as Any)")
  }

  @Test("nobody connects as the superuser, by the socket or by TCP")
  func noSuperuser() throws {
    let address = try Self.server.get().address
    var stranger = address
    stranger.user = "dbtool_superuser"
    for conninfo in [stranger.conninfo, stranger.url()] {
      let error = #expect(throws: PostgresError.self) {
        try LibPQConnection(conninfo: conninfo).close()
      }
      #expect(error?.message.contains("pg_hba.conf rejects connection") == true, "\(error as Any)")
    }
    let user = try LibPQConnection(conninfo: address.url())
    defer { user.close() }
    #expect(try user.execute("SHOW is_superuser").scalar == "off")
    let log = try #require(FileSystem.read(try Self.server.get().directory + "/server.log"))
    #expect(!log.contains(address.password))
  }

  @Test("the user does what the administrator of a managed service does")
  func administrator() throws {
    let connection = try LibPQConnection(conninfo: try Self.server.get().address.conninfo)
    defer { connection.close() }
    for statement in [
      "CREATE EXTENSION citext", "CREATE EXTENSION IF NOT EXISTS pageinspect",
      "CREATE TABLE public.things (x citext)", "CREATE ROLE contained_owner",
      "GRANT contained_owner TO CURRENT_USER", "CREATE SCHEMA own AUTHORIZATION contained_owner",
      "SET session_replication_role = replica", "RESET session_replication_role",
      "CREATE DATABASE contained_copy", "DROP DATABASE contained_copy",
      "ALTER ROLE contained_owner SET my.tenant = 'x'",
      "ALTER ROLE contained_owner SET app.current_tenant_id = 'x'",
      "ALTER DATABASE app SET statement_timeout = '5min'",
      "ALTER DATABASE app RESET statement_timeout", "DROP SCHEMA own", "DROP ROLE contained_owner",
      "DROP TABLE public.things", "DROP EXTENSION citext",
    ] {
      #expect(throws: Never.self, "\(statement)") { try connection.execute(statement) }
    }
    #expect(try connection.execute("SHOW temp_file_limit").scalar == "2GB")
    #expect(try connection.execute("SHOW listen_addresses").scalar == "127.0.0.1")
  }

  @Test(
    "an extension that leads out of the database is refused by its name",
    arguments: [
      "dblink", "postgres_fdw", "file_fdw", "adminpack", "plpython3u", "plperlu", "pltclu",
      "hstore_plpython3u", "x\ny", "", "-x", "a\"b",
    ])
  func names(name: String) {
    let error = #expect(throws: LocalPostgresError.self) { try ServerExtension(name) }
    #expect(error?.code == .extensionRefused)
  }

  @Test("an extension with a foreign-data wrapper is refused, whatever it is called")
  func structure() throws {
    try withTemporaryDirectory { directory in
      let options = try options(in: directory)
      let user = try ServerUser.current()
      let template = try ClusterTemplate(
        binaries: options.binaries, user: user, setup: .contained,
        cacheDirectory: options.cacheDirectory)
      _ = try template.install(in: directory)
      let mode = SingleUserMode(
        binaries: options.binaries, user: user, dataDirectory: directory + "/data")
      func complaint(_ name: String) throws -> String? {
        try mode.complaint(
          running: ServerExtension.statements(making: name), in: "app", scriptDirectory: directory)
      }
      #expect(try complaint("pageinspect") == nil)
      #expect(try complaint("file_fdw")?.contains("leads out of the database") == true)
    }
  }

  @Test("an extension that is not installed keeps the server from starting, and leaves nothing")
  func unknownExtension() throws {
    try withTemporaryDirectory { directory in
      let options = try options(in: directory)
      let error = #expect(throws: LocalPostgresError.self) {
        try EphemeralServer.start(
          options, rights: .contained(extensions: [ServerExtension("no_such_thing")]))
      }
      #expect(error?.code == .extensionRefused && error?.message.contains("no_such_thing") == true)
      #expect(clusters(in: directory).isEmpty)
    }
  }

  @Test("a superuser's server is as it always was")
  func superuser() throws {
    let server = try EphemeralServer.start(try TestServer.options())
    defer { server.stop() }
    let connection = try LibPQConnection(conninfo: server.address.conninfo)
    defer { connection.close() }
    #expect(try connection.execute("SHOW is_superuser").scalar == "on")
    #expect(try connection.execute("SELECT count(*) FROM pg_roles WHERE oid > 16383").scalar == "0")
  }
}

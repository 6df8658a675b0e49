import Foundation
import Postgres
import TestSupport
import Testing

/// What doctor sees of the way to the server and of the folder, where it depends on libpq or on nothing.
@Suite("What doctor finds around the database", .besideOthers)
struct DoctorPlaceTests {
  @Test("without a database, or one that is not reached, the rest is looked at all the same")
  func noDatabase() throws {
    try withBareProject { project in
      let none = try project.run("doctor")
      #expect(none.status == 0 && none.stdout.contains("no database is named"), "\(none)")
      let gone = try project.run("doctor", "--url", "postgres://u:secret@127.0.0.1:1/x")
      #expect(gone.status == 3 && gone.stderr.isEmpty, "\(gone)")
      #expect(gone.stdout.contains("bad   cannot connect") && !gone.text.contains("secret"))
      for outcome in [none, gone] {
        #expect(outcome.stdout.contains("there is no dbtool.yaml"), "\(outcome)")
        #expect(outcome.stdout.contains("libpq "))
      }
      let json = try project.run("doctor", "--url", "postgres://127.0.0.1:1/x", "--format", "json")
      #expect(json.status == 3)
      #expect(try json.json()["healthy"] as? Bool == false)
      try project.write("dbtool.yaml", "colour: blue\n")
      let unknown = try project.run("doctor")
      #expect(unknown.status == 2 && unknown.stderr.contains("dbtool.yaml:1: colour"), "\(unknown)")
    }
  }

  @Test("a folder outside of git, and one whose servers git would take")
  func git() throws {
    try withBareProject { project in
      let outside = try project.run("doctor", environment: ["GIT_CEILING_DIRECTORIES": "/"])
      #expect(outside.stdout.contains("not in a git repository"), "\(outside)")
      #expect(try project.shell("git init -q .").status == 0)
      #expect(try project.run("doctor").stdout.contains("git would take the data"))
      try project.write(".gitignore", ".dbtool/\n")
      #expect(try project.run("doctor").stdout.contains("which leaves .dbtool/ out"))
    }
  }

  @Test("a network without encryption is wrong, this machine without it is not")
  func encryption() throws {
    try withProject { project in
      let database = try #require(project.database)
      #expect(try project.run("doctor").stdout.contains("a server on this machine"))
      // The name is not this machine's, though the address is.
      let remote = database.url.replacing("127.0.0.1", with: "db.example.test")
      let outcome = try project.run("doctor", "--url", remote + "?hostaddr=127.0.0.1")
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.stdout.contains("without encryption"), "\(outcome)")
    }
  }

  @Test("a role that may not make the ledger, nor act as the application")
  func permissions() throws {
    let server = try TestServer.dedicated()
    let database = try server.makeDatabase()
    let connection = try database.connect()
    try connection.execute("CREATE ROLE app_user")
    try connection.execute("CREATE ROLE weak LOGIN")
    connection.close()
    try withTemporaryDirectory { folder in
      let project = Project(directory: folder, database: nil)
      try project.write("dbtool.yaml", "tenancy: {roles: [app_user]}\n")
      let outcome = try project.run("doctor", "--url", database.conninfo(role: "weak"))
      #expect(outcome.status == 1, "\(outcome)")
      for words in [
        "weak may not make the schema dbtool", "weak cannot act as app_user",
        "role weak is bound by row-level security",
      ] {
        #expect(outcome.stdout.contains(words), "\(words): \(outcome)")
      }
    }
  }

  @Test("a standby and a read-only default are told")
  func readOnly() throws {
    try withProject { project in
      let url = try #require(project.url)
      let outcome = try project.run(
        "doctor", "--url", url + "?options=-c%20default_transaction_read_only%3Don")
      #expect(outcome.status == 1 && outcome.stdout.contains("read-only by default"), "\(outcome)")
      let tenant = try project.run(
        "doctor", "--url", url + "?options=-c%20app.current_tenant_id%3D7")
      #expect(tenant.stdout.contains("this session began with a value"), "\(tenant)")
    }
  }

  #if os(Linux)
    @Test(
      "a clock that is off is told, and by how much", arguments: [(-30, "warn"), (600, "bad ")])
    func clock(seconds: Int, mark: String) throws {
      try withProject { project in
        // The clock of one process, moved.
        try project.write(
          "clock.c",
          """
          #define _GNU_SOURCE
          #include <dlfcn.h>
          #include <time.h>
          int clock_gettime(clockid_t id, struct timespec *t) {
            static int (*real)(clockid_t, struct timespec *);
            if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
            int result = real(id, t);
            if (id == CLOCK_REALTIME) t->tv_sec += \(seconds);
            return result;
          }
          """)
        let made = try project.shell("cc -shared -fPIC -o clock.so clock.c -ldl")
        #expect(made.status == 0, "\(made)")
        let moved = try project.run(
          ["doctor"], environment: ["LD_PRELOAD": project.directory + "/clock.so"])
        let line = moved.stdout.split(separator: "\n").first { $0.contains("the clock here") }
        let words = seconds > 0 ? "ahead of" : "behind"
        #expect(line?.hasPrefix(mark) == true && line?.contains(words) == true, "\(moved)")
        #expect(
          try project.run("doctor").stdout.contains("the clocks here and on the server agree"))
      }
    }
  #endif
}

import Postgres
import TestSupport
import Testing

@Suite("What tests share")
struct TestServerTests {
  @Test("each test gets an empty database of its own")
  func databases() throws {
    let server = try TestServer.shared
    let first = try server.makeDatabase()
    let second = try server.makeDatabase()
    #expect(first.name != second.name)
    let connection = try first.connect()
    #expect(try connection.execute("SELECT current_database()").scalar == first.name)
    try first.drop()
    try second.drop()
    #expect(throws: PostgresError.self) { try first.connect() }
  }

  @Test("the example's roles are there, however often they are asked for")
  func roles() throws {
    let server = try TestServer.shared
    try server.ensureRoles()
    try server.ensureRoles()
    try server.withDatabase { _, database in
      let connection = try database.connect(as: "app_user")
      #expect(try connection.execute("SELECT current_user").scalar == "app_user")
    }
  }

  @Test("a connection to a database of its own in one call")
  func helper() throws {
    try withDatabase { connection in
      try connection.execute("CREATE TABLE empty ()")
      #expect(try connection.execute("SELECT count(*) FROM empty").scalar == "0")
    }
  }
}

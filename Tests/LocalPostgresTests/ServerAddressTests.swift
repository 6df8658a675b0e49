import LocalPostgres
import Testing

@Suite("Addresses")
struct ServerAddressTests {
  private let address = ServerAddress(
    socketDirectory: "/tmp/it's here", port: 5433, user: "postgres", password: "a/b",
    database: "app")

  @Test("a connection string quotes what needs it")
  func conninfo() {
    #expect(
      address.conninfo == #"host='/tmp/it\'s here' port=5433 user=postgres dbname=app"#)
    #expect(address.conninfo(database: "", user: "x y").hasSuffix("user='x y' dbname=''"))
  }

  @Test("a URL encodes what needs it")
  func url() {
    #expect(address.url() == "postgres://postgres:a%2Fb@127.0.0.1:5433/app")
    #expect(address.url(database: "ä?").hasSuffix("/%C3%A4%3F"))
  }

  @Test("the cache follows the environment")
  func cache() {
    #expect(ServerOptions.cacheDirectory(environment: ["XDG_CACHE_HOME": "/c"]) == "/c/dbtool")
    #expect(ServerOptions.cacheDirectory(environment: [:]) == nil)
    let home = ServerOptions.cacheDirectory(environment: ["XDG_CACHE_HOME": "c", "HOME": "/h"])
    #expect(home?.hasPrefix("/h/") == true)
  }
}

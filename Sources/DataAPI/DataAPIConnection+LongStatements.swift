internal import AWS
internal import Postgres
internal import SQLSyntax

extension DataAPIConnection {
  /// Waits for a statement that goes on although its call has timed out.
  ///
  /// In a transaction the next statement shows how it ended. Outside one it does not: then its end is not
  /// known, and the error says so.
  func awaitEnd(of timeout: AWSError, _ edited: EditedText?) throws {
    guard let id = state.id else {
      try awaitProcess(timeout.databaseProcess)
      throw PostgresError(
        .connectionLost,
        "the statement took longer than a call of the Data API may, went on, and has ended since; "
          + "how it ended was not told", sqlState: .queryCanceled)
    }
    while true {
      do {
        _ = try execute("SELECT 1", transaction: id, isIdempotent: true)
        return
      } catch {
        if error.isStillRunning {
          tellWaiting()
          client.pause(.milliseconds(500))
          continue
        }
        state.hasFailed = true
        guard PostgresError(error).sqlState == .inFailedTransaction else { try fail(error, edited) }
        throw PostgresError(
          .server,
          "a statement failed after its call had timed out; the Data API does not tell which and why"
        )
      }
    }
  }

  /// Waits until a process of the server no longer runs the statement that it runs now.
  private func awaitProcess(_ process: Int?) throws {
    guard let process else { return }
    do {
      var since: Field?
      while true {
        let response = try execute(
          """
          SELECT query_start::text FROM pg_catalog.pg_stat_activity
          WHERE pid = :process AND state = 'active'
          """, [SQLParameter(name: "process", value: .long(Int64(process)))], isIdempotent: true)
        guard let start = response.records?.first?.first, since == nil || since == start else {
          return
        }
        since = start
        tellWaiting()
        client.pause(.milliseconds(500))
      }
    } catch {
      throw PostgresError(error)
    }
  }

  /// Stops a statement, of which `mark` is a part, that still runs after its caller was interrupted.
  ///
  /// The API has no operation for that, and the transaction would keep its locks for as long as the statement
  /// takes.
  func stop(_ mark: String) {
    _ = try? client.execute(
      """
      SELECT count(pg_cancel_backend(pid)) FROM pg_catalog.pg_stat_activity
      WHERE state = 'active' AND pid <> pg_backend_pid() AND strpos(query, :mark) > 0
      """, [SQLParameter(name: "mark", value: .string(mark))], isIdempotent: true,
      isCancellable: false)
  }
}

import Dispatch
import Postgres
import Seeding
import Synchronization

/// Makes rows up and throws them away, so that nothing but making them is measured.
@main
struct RowGenerator {
  /// Arguments: a conninfo, the number of tenants, of rows, and of threads.
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let tenants = Int(arguments[2]), let rows = Int(arguments[3]),
      let threads = Int(arguments[4])
    else {
      print("usage: row-generator CONNINFO TENANTS ROWS THREADS")
      return
    }
    var options = GenerationOptions()
    options.newTenants = tenants
    options.rows = rows
    let connection = try LibPQConnection(conninfo: arguments[1])
    let plan = try GenerationPlanner(options: options).plan(on: connection).plan
    let slices = plan.model.counts.enumerated().flatMap { table, counts in
      counts.counts.enumerated().flatMap { tenant, count in
        stride(from: 0, to: count, by: 20_000).map { start in
          (table: table, tenant: tenant, rows: start..<min(start + 20_000, count))
        }
      }
    }
    let next = Mutex(0)
    let bytes = Mutex(0)
    let start = ContinuousClock.now
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      let writer = RowWriter(plan.model)
      var buffer: [UInt8] = []
      while true {
        let index = next.withLock { index in
          defer { index += 1 }
          return index
        }
        guard index < slices.count else { return }
        let slice = slices[index]
        for ordinal in slice.rows {
          let place = writer.place(
            slice.table, tenant: slice.tenant, ordinal: ordinal, portion: slice.rows.lowerBound)
          writer.append(place, of: slice.table, into: &buffer)
          if buffer.count > 262_144 {
            bytes.withLock { $0 += buffer.count }
            buffer.removeAll(keepingCapacity: true)
          }
        }
        bytes.withLock { $0 += buffer.count }
        buffer.removeAll(keepingCapacity: true)
      }
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print("\(plan.rows) \(seconds) \(bytes.withLock { $0 })")
  }
}

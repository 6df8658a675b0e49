import AWS
import DataAPI
import Dispatch
import Foundation
import Postgres

// What `Benchmarks/data-api` measures of dbtool's client:
//
//   data-api-client ENDPOINT first                 one row, from the start of the process
//   data-api-client ENDPOINT statements N THREADS  seconds for N statements in all
//   data-api-client ENDPOINT signatures N          microseconds of one signature

let arguments = CommandLine.arguments
let endpoint = arguments[1]
let credentials = AWSCredentials(accessKeyID: "AKIDBENCH", secretAccessKey: "secret")

@Sendable func connect() throws -> DataAPIConnection {
  let service = try ServiceClient(
    credentials: CredentialSource { () throws(AWSError) in credentials },
    configuration: try SharedConfiguration(variables: [:], readFile: { _ in nil }))
  return DataAPIConnection(
    RDSDataClient(
      service: service,
      endpoint: ServiceEndpoint(origin: endpoint, region: "us-east-1", signingName: "rds-data"),
      target: RDSDataClient.Target(
        cluster: "arn:aws:rds:us-east-1:123456789012:cluster:local",
        secret: "arn:aws:secretsmanager:us-east-1:123456789012:secret:local",
        database: "postgres")))
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  return (ContinuousClock.now - start) / .seconds(1)
}

switch arguments[2] {
case "first":
  print(try connect().execute("SELECT 1", []).scalar ?? "")
case "statements":
  let (count, threads) = (Int(arguments[3]) ?? 0, Int(arguments[4]) ?? 1)
  let taken = seconds {
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      do {
        let connection = try connect()
        for number in 0..<(count / threads) {
          let found = try connection.execute("SELECT $1::int8 + 1", [.text(String(number))]).scalar
          precondition(found == String(number + 1))
        }
      } catch {
        print(error)
        exit(1)
      }
    }
  }
  print(taken)
case "signatures":
  let count = Int(arguments[3]) ?? 0
  let signer = RequestSigner(credentials: credentials, region: "us-east-1", service: "rds-data")
  let request = SigningRequest(
    method: "POST", path: "/Execute",
    headers: [
      .init("Host", "rds-data.us-east-1.amazonaws.com"), .init("Content-Type", "application/json"),
    ],
    body: Array(repeating: 120, count: 300))
  let time = SigningTime.now()
  var length = 0
  let taken = seconds {
    for _ in 0..<count { length += signer.signed(request, at: time).headers.count }
  }
  precondition(length == count * 4)
  print(taken / Double(count) * 1_000_000)
default:
  print("first, statements or signatures")
  exit(2)
}

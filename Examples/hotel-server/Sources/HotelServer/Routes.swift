import Hummingbird
import InstrumentedClient

/// A guest as the API shows one.
struct Guest: ResponseCodable {
  var id: String
  var name: String
}

/// A guest as the API takes one.
struct NewGuest: Decodable {
  var name: String
}

/// The routes, all of which work on the tenant's own rows and no others.
///
/// No query names the tenant: the policies of the database do, whatever is forgotten here.
func routes(_ pool: ConnectionPool, _ metrics: PrometheusExporter) -> Router<HotelContext> {
  let router = Router(context: HotelContext.self)
  router.get("metrics") { _, _ in metrics.text }
  router.group().add(middleware: TenantMiddleware())
    .get("guests") { _, context in
      try await pool.withRLS(
        tenant: context.tenant, user: context.user, trace: context.trace
      ) { connection in
        try await connection.execute("SELECT id, full_name FROM guests ORDER BY full_name, id")
          .rows.map { Guest(id: $0.text(0), name: $0.text(1)) }
      }
    }
    .post("guests") { request, context in
      let new = try await request.decode(as: NewGuest.self, context: context)
      // One network wait: BEGIN, the context, the row and COMMIT travel together.
      let results = try await pool.batchWithRLS(
        tenant: context.tenant, user: context.user, trace: context.trace,
        [
          PipelineStatement(
            "INSERT INTO guests (tenant_id, full_name) VALUES ($1, $2) RETURNING id, full_name",
            [.text(context.tenant), .text(new.name)])
        ])
      let row = results[0].rows.first
      return EditedResponse(
        status: .created, response: Guest(id: row?.text(0) ?? "", name: row?.text(1) ?? ""))
    }
    .get("guests/:id") { _, context in
      let id = try context.parameters.require("id")
      let found = try await pool.withRLS(tenant: context.tenant, trace: context.trace) {
        try await $0.execute("SELECT id, full_name FROM guests WHERE id::text = $1", [.text(id)])
      }
      // Another tenant's guest is not there, as far as this tenant can tell.
      guard let row = found.rows.first else { throw HTTPError(.notFound) }
      return Guest(id: row.text(0), name: row.text(1))
    }
  return router
}

import HTTPTypes
import Hummingbird
import InstrumentedClient

/// What is known of a request: whose it is, and the trace that it belongs to.
struct HotelContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  var tenant = ""
  var user: String?
  var trace: StatementTrace?

  init(source: Source) { coreContext = .init(source: source) }
}

/// Finds out for whom a request is made, and refuses it when that cannot be told.
///
/// Here headers say so, to keep the example short. A real server takes both from a token whose signature
/// it has checked: whoever may name the tenant freely may read everybody's rows.
struct TenantMiddleware: RouterMiddleware {
  func handle(
    _ request: Request, context: HotelContext,
    next: (Request, HotelContext) async throws -> Response
  ) async throws -> Response {
    guard let tenant = request.header("X-Tenant-Id"), !tenant.isEmpty else {
      throw HTTPError(.unauthorized, message: "no tenant")
    }
    var context = context
    context.tenant = tenant
    context.user = request.header("X-User-Id")
    context.trace = StatementTrace(
      request.header("traceparent").flatMap { TraceParent($0) },
      tags: ["application": "hotel-server"])
    return try await next(request, context)
  }
}

extension Request {
  /// The value of a header field; nil when there is none.
  func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}

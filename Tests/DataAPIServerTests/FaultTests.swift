import DataAPIServer
import TestSupport
import Testing

@Suite("Faults of the local Data API", .besideOthers)
struct FaultTests {
  @Test("a fault is written with the call that it begins at and the number of calls")
  func reading() {
    #expect(Fault("throttling") == Fault(.throttling))
    #expect(Fault("drop-after@3") == Fault(.dropAfter, at: 3))
    #expect(Fault("slowx4") == Fault(.slow, count: 4))
    #expect(Fault("internal-error-after@2x5") == Fault(.internalErrorAfter, at: 2, count: 5))
    for kind in Fault.Kind.allCases { #expect(Fault(kind.rawValue + "@7x2")?.kind == kind) }
  }

  @Test(
    "what is no fault is none",
    arguments: ["", "rain", "slow@", "slow@0", "slow@-1", "slowx", "slow@1y2", "slow 1", "Slow"])
  func refusing(text: String) {
    #expect(Fault(text) == nil)
  }
}

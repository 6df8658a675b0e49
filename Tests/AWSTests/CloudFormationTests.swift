import TestSupport
import Testing

@testable import AWS

@Suite(
  "Stacks of CloudFormation",
  .enabled(
    if: PythonClients.interpreter != nil,
    "the Python environment .venv-aws is not there: scripts/bootstrap test makes it"))
struct CloudFormationTests {
  @Test("a stack's outputs arrive as they are, and a stack that is not there is named")
  func outputs() async throws {
    try await onOwnThread {
      let standIn = try StandIn()
      let values = [
        "Plain": "arn:aws:rds:us-east-1:1:cluster:c", "Json": #"{"a":"<b> & 'c'","d":[1]}"#,
        "Lines": "a\n\tb",
      ]
      try standIn.createStack("Dbtool-dev", outputs: values)
      let client = CloudFormationClient(
        service: try standIn.client(), endpoint: standIn.endpoint("cloudformation"))
      let stack = try client.stack("Dbtool-dev")
      #expect(stack.name == "Dbtool-dev" && stack.status == "CREATE_COMPLETE")
      #expect(stack.outputs == values)
      let none = #expect(throws: AWSError.self) { try client.stack("Dbtool-prod") }
      #expect(none?.message == "there is no stack Dbtool-prod in us-east-1")
      let hostile = #expect(throws: AWSError.self) { try client.stack("'; <x>&a=b") }
      #expect(hostile?.message == "there is no stack '; <x>&a=b in us-east-1")
    }
  }
}

@Suite("XML")
struct XMLElementTests {
  @Test("elements, text and references are read, and the first of a name is found")
  func tree() throws {
    let text = "<a x='1'>one<b> t&lt;wo &#x263A; ünï 🏨</b><b><c/></b><![CDATA[<d>]]></a>"
    let root = try #require(XMLElement(Array(text.utf8)))
    #expect(root.name == "a" && root.text == "one<d>" && root.children.count == 2)
    #expect(root["b"]?.text == " t<wo ☺ ünï 🏨" && root.first("c") != nil && root.first("d") == nil)
  }

  @Test(
    "what is no XML is nothing",
    arguments: ["", "text", "<a>", "<a></b>", "<a>&nope;</a>", "<a/><b/>", "\u{0}", "{}"])
  func malformed(_ text: String) {
    #expect(XMLElement(Array(text.utf8)) == nil)
  }

  @Test("entities that grow without end, and elements in elements, do no harm")
  func hostile() {
    var bomb = "<!DOCTYPE a [<!ENTITY e0 \"\(String(repeating: "x", count: 1_000))\">"
    for level in 1...9 {
      let inner = String(repeating: "&e\(level - 1);", count: 10)
      bomb += "<!ENTITY e\(level) \"\(inner)\">"
    }
    #expect(XMLElement(Array((bomb + "]><a>&e9;</a>").utf8)) == nil)
    let deep = 100_000
    let nested =
      String(repeating: "<a>", count: deep) + String(repeating: "</a>", count: deep)
    #expect(XMLElement(Array(nested.utf8)) != nil)
  }
}

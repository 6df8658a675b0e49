internal import SQLSyntax

extension SchemaChangeReader {
  /// What a statement changes about policies, privileges, routines and roles.
  static func accessChanges(_ type: String, _ fields: SyntaxNode) -> [SchemaChange] {
    switch type {
    case "CreatePolicyStmt": return policy(fields).map { [.createPolicy($0)] } ?? []
    case "GrantStmt": return grant(fields)
    case "CreateFunctionStmt": return routine(fields, isNew: true)
    case "AlterFunctionStmt": return routine(fields, isNew: false)
    case "CreateRoleStmt", "AlterRoleStmt":
      let name = fields["role"]?.text ?? fields["role"]?["rolename"]?.text ?? ""
      let powers: [String] = ["superuser", "bypassrls", "createrole"]
      let attributes = powers.filter { attribute in
        fields["options"]?.elements.contains {
          $0["DefElem"]?["defname"]?.text == attribute
            && $0["DefElem"]?["arg"]?["Boolean"]?["boolval"] == .boolean(true)
        } ?? false
      }
      return attributes.isEmpty ? [] : [.role(name, attributes: attributes)]
    default: return []
    }
  }

  private static func policy(_ fields: SyntaxNode) -> NewPolicy? {
    guard let name = fields["policy_name"]?.text,
      let table = QualifiedName(rangeVar: fields["table"])
    else { return nil }
    let conditions = [fields["qual"], fields["with_check"]].compactMap { $0 }
    return NewPolicy(
      name: name, table: table, isPermissive: fields["permissive"] == .boolean(true),
      admitsAll: conditions.contains {
        $0["A_Const"]?["boolval"]?["boolval"] == .boolean(true)
      }, roles: roles(fields["roles"]))
  }

  /// The names in a list of roles; none when it holds PUBLIC.
  private static func roles(_ list: SyntaxNode?) -> [String] {
    let roles = list?.elements.compactMap { $0["RoleSpec"] } ?? []
    guard !roles.contains(where: { $0["roletype"]?.text == "ROLESPEC_PUBLIC" }) else { return [] }
    return roles.compactMap { $0["rolename"]?.text }
  }

  private static func grant(_ fields: SyntaxNode) -> [SchemaChange] {
    let isToPublic =
      fields["grantees"]?.elements.contains {
        $0["RoleSpec"]?["roletype"]?.text == "ROLESPEC_PUBLIC"
      } ?? false
    guard fields["is_grant"] == .boolean(true), isToPublic, let kind = fields["objtype"]?.text
    else { return [] }
    let objects = fields["objects"]?.elements.compactMap { object -> String? in
      (QualifiedName(rangeVar: object["RangeVar"])
        ?? QualifiedName(list: object["ObjectWithArgs"]?["objname"]))?.description
        ?? object["String"]?["sval"]?.text
    }
    let privileges = fields["privileges"]?.elements.compactMap { element -> String? in
      element["AccessPriv"]?["priv_name"]?.text
    }
    let isAllOf = fields["targtype"]?.text == "ACL_TARGET_ALL_IN_SCHEMA"
    return [
      .grantToPublic(
        kind: kind, objects: (objects ?? []).map { isAllOf ? "all of " + $0 : $0 },
        privileges: privileges ?? [])
    ]
  }

  private static func routine(_ fields: SyntaxNode, isNew: Bool) -> [SchemaChange] {
    guard let name = QualifiedName(list: fields["funcname"] ?? fields["func"]?["objname"])
    else { return [] }
    let options = (fields["options"] ?? fields["actions"])?.elements.compactMap { $0["DefElem"] }
    var routine = NewRoutine(
      name: name, isNew: isNew, isSecurityDefiner: false, setsSearchPath: false, isSteady: false)
    for option in options ?? [] {
      let value = option["arg"]
      switch option["defname"]?.text {
      case "security": routine.isSecurityDefiner = value?["Boolean"]?["boolval"] == .boolean(true)
      case "volatility": routine.isSteady = value?["String"]?["sval"]?.text != "volatile"
      case "set":
        if value?["VariableSetStmt"]?["name"]?.text == "search_path" {
          routine.setsSearchPath = true
        }
      default: break
      }
    }
    return [.routine(routine)]
  }

  /// What a statement changes about enumerations and domains.
  static func typeChanges(_ type: String, _ fields: SyntaxNode) -> [SchemaChange] {
    switch type {
    case "CreateEnumStmt":
      return QualifiedName(list: fields["typeName"]).map { [.createEnum($0)] } ?? []
    case "AlterEnumStmt":
      guard let name = QualifiedName(list: fields["typeName"]) else { return [] }
      if let old = fields["oldVal"]?.text { return [.renameEnumValue(name, old)] }
      return [
        .addEnumValue(
          name, fields["newVal"]?.text ?? "", hasPlace: fields["newValNeighbor"] != nil)
      ]
    case "CreateDomainStmt":
      let hasCheck =
        fields["constraints"]?.elements.contains {
          $0["Constraint"]?["contype"]?.text == "CONSTR_CHECK"
        } ?? false
      guard hasCheck, let name = QualifiedName(list: fields["domainname"]) else { return [] }
      return [.constrainDomain(name, isNew: true)]
    case "AlterDomainStmt":
      guard fields["subtype"]?.text == "C", let name = QualifiedName(list: fields["typeName"]),
        let constraint = NewConstraint(fields["def"]), !constraint.isNotValid
      else { return [] }
      return [.constrainDomain(name, isNew: false)]
    default: return []
    }
  }
}

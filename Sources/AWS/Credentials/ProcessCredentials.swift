/// The credentials that a program prints.
///
/// AWS SDKs and Tools Reference Guide, "Process credential provider".
struct ProcessCredentials {
  /// The profile that names the program.
  var profile: String
  /// The command line.
  var command: String
  var run: CredentialChain.RunProgram

  func credentials() throws(AWSError) -> AWSCredentials {
    let place = "the credential_process of the profile \(profile)"
    let outcome: (status: Int32, output: String)
    do {
      outcome = try run(try words())
    } catch let error as AWSError {
      throw error
    } catch {
      throw AWSError(.configuration, "\(place) cannot be run: \(error)")
    }
    guard outcome.status == 0 else {
      throw AWSError(.noCredentials, "\(place) failed")
    }
    return try CredentialDocument.credentials(in: outcome.output.utf8, from: place)
  }

  /// The command line's words, with quotes and backslashes as a shell reads them.
  func words() throws(AWSError) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in command {
      if isEscaped {
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    guard quote == nil, !isEscaped, !words.isEmpty else {
      throw AWSError(
        .configuration, "the credential_process of the profile \(profile) is no command line")
    }
    return words
  }
}

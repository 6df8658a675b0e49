internal import CCurl

/// libcurl, opened when the first request is made.
enum CurlLibrary {
  /// The library's functions; nil where it is not installed.
  static let functions: ccurl? = {
    #if os(macOS)
      let names = ["/usr/lib/libcurl.4.dylib"]
    #else
      let names = ["libcurl.so.4", "libcurl-gnutls.so.4"]
    #endif
    for name in names {
      let library = ccurl_load(name)
      // CURL_GLOBAL_ALL; once, before any thread uses it.
      if library.is_loaded, library.global_init(3) == CURLE_OK { return library }
    }
    return nil
  }()
}

#pragma once
#include <curl/curl.h>
#include <dlfcn.h>
#include <stdbool.h>

// libcurl draws in some thirty libraries, which costs every command milliseconds at its start. So
// nothing is linked: the library is opened when the first request is made. Its functions may be
// called from any thread.
typedef struct __attribute__((swift_attr("@Sendable"))) {
  bool is_loaded;
  __typeof__(&curl_global_init) global_init;
  __typeof__(&curl_easy_init) easy_init;
  __typeof__(&curl_easy_reset) easy_reset;
  __typeof__(&curl_easy_cleanup) easy_cleanup;
  __typeof__(&curl_easy_strerror) easy_strerror;
  CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
  CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
  __typeof__(&curl_slist_append) slist_append;
  __typeof__(&curl_slist_free_all) slist_free_all;
  __typeof__(&curl_multi_init) multi_init;
  __typeof__(&curl_multi_cleanup) multi_cleanup;
  __typeof__(&curl_multi_add_handle) multi_add_handle;
  __typeof__(&curl_multi_remove_handle) multi_remove_handle;
  __typeof__(&curl_multi_perform) multi_perform;
  __typeof__(&curl_multi_poll) multi_poll;
  __typeof__(&curl_multi_info_read) multi_info_read;
} ccurl;

static inline ccurl ccurl_load(const char *path) {
  ccurl library = {0};
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!handle) return library;
  library.is_loaded = true;
#define CCURL_FIND(name) \
  *(void **)(&library.name) = dlsym(handle, "curl_" #name); \
  library.is_loaded = library.is_loaded && library.name
  CCURL_FIND(global_init);
  CCURL_FIND(easy_init);
  CCURL_FIND(easy_reset);
  CCURL_FIND(easy_cleanup);
  CCURL_FIND(easy_strerror);
  CCURL_FIND(easy_setopt);
  CCURL_FIND(easy_getinfo);
  CCURL_FIND(slist_append);
  CCURL_FIND(slist_free_all);
  CCURL_FIND(multi_init);
  CCURL_FIND(multi_cleanup);
  CCURL_FIND(multi_add_handle);
  CCURL_FIND(multi_remove_handle);
  CCURL_FIND(multi_perform);
  CCURL_FIND(multi_poll);
  CCURL_FIND(multi_info_read);
#undef CCURL_FIND
  return library;
}

// Swift imports no variadic functions.
static inline CURLcode ccurl_set_long(ccurl library, CURL *handle, CURLoption option, long value) {
  return library.easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_large(
    ccurl library, CURL *handle, CURLoption option, curl_off_t value) {
  return library.easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_text(
    ccurl library, CURL *handle, CURLoption option, const char *value) {
  return library.easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_pointer(
    ccurl library, CURL *handle, CURLoption option, void *value) {
  return library.easy_setopt(handle, option, value);
}
typedef size_t (*ccurl_transfer)(char *, size_t, size_t, void *);
static inline CURLcode ccurl_set_transfer(
    ccurl library, CURL *handle, CURLoption option, ccurl_transfer value) {
  return library.easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_get_long(ccurl library, CURL *handle, CURLINFO info, long *value) {
  return library.easy_getinfo(handle, info, value);
}
static inline CURLcode ccurl_message_result(CURLMsg *message) { return message->data.result; }

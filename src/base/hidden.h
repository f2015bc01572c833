/* Memory that is ours and that nobody may touch now: under AddressSanitizer who does is stopped.
 * Elsewhere it is as any other. */
#ifndef BASE_HIDDEN_H
#define BASE_HIDDEN_H

#include <stddef.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define HIDE(at, n) __asan_poison_memory_region((at), (size_t)(n))
#define SHOW(at, n) __asan_unpoison_memory_region((at), (size_t)(n))
enum { RED_ZONE = 16 }; /* bytes, at least, behind what is allocated */
#else
#define HIDE(at, n) ((void)(at), (void)(n))
#define SHOW(at, n) ((void)(at), (void)(n))
enum { RED_ZONE = 0 };
#endif

#endif

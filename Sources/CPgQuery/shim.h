#pragma once
#include <pg_query.h>
#include <stddef.h>

// glibc declares it only to those who ask for GNU's extensions.
void *memmem(const void *text, size_t length, const void *part, size_t part_length);

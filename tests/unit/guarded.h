/* Memory that ends where no memory is: who reads or writes a byte beyond it dies. Needs _DEFAULT_SOURCE. */
#ifndef POL_TESTS_GUARDED_H
#define POL_TESTS_GUARDED_H

#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* So many bytes, less than a page. */
static inline void *guarded_new(size_t bytes)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *const memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || mprotect(memory + page, page, PROT_NONE) != 0)
        abort();
    return memory + page - bytes;
}

static inline void guarded_free(void *memory, size_t bytes)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (munmap((char *)memory + bytes - page, 2 * page) != 0)
        abort();
}

#endif

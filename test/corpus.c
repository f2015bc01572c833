#include "corpus.h"

#include "base/arena.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *corpus_path(struct arena *mem, const char *name)
{
    const char *root = getenv("QUITTANCE_CORPUS");
    if (!root) root = "../shared/corpus";
    const char *path = str_z(mem, str_printf(mem, "%s/%s", root, name));
    if (access(path, R_OK) == 0) return path;
    printf("skipped: %s is not there\n", name);
    return NULL;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct corpus_names corpus_folder(struct arena *mem, const char *path, const char *ending)
{
    enum { MOST = 2000 };
    struct corpus_names names = {.at = arena_array(mem, const char *, MOST)};
    DIR *dir = opendir(path);
    for (struct dirent *e; dir && names.count < MOST && (e = readdir(dir));)
        if (str_ends(str_of(e->d_name), str_of(ending)))
            names.at[names.count++] = str_z(mem, str_of(e->d_name));
    if (dir) closedir(dir);
    qsort(names.at, (size_t)names.count, sizeof *names.at, by_name);
    return names;
}

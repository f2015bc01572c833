/* Runs the fuzz targets over files, without a fuzzer: to see how much of the parsers they reach. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_BYTES = 1 << 20 };

static void one(const char *path)
{
    static uint8_t bytes[FILE_BYTES];
    FILE *in = fopen(path, "rb");
    if (!in) return;
    size_t size = fread(bytes, 1, sizeof bytes, in);
    fclose(in);
    (void)LLVMFuzzerTestOneInput(bytes, size);
}

int main(int argc, char **argv)
{
    char path[1024];
    (void)LLVMFuzzerInitialize(&argc, &argv);
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    if (!folder) return 2;
    for (struct dirent *e; (e = readdir(folder));) {
        if (e->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", argv[1], e->d_name);
        one(path);
    }
    closedir(folder);
    return 0;
}

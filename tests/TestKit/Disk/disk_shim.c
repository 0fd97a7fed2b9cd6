// SPDX-License-Identifier: Apache-2.0
// Between a program and its disk (LD_PRELOAD): writes down, in order, whatever the program changes below a folder, and
// fails its calls on cue. For tests only; DiskShim.cs compiles it, DiskLog.cs reads what it writes.
//
//   DISK_SHIM_ROOT  the folder; nothing outside is touched
//   DISK_SHIM_LOG   the log; none if unset
//   DISK_SHIM_CUE   a file of lines `ERRNO KIND PREFIX`: calls of that kind (write, name, flush) on paths that
//                       begin so fail with that error, for as long as the line is there
//
// A record, little-endian: kind, 1 byte | path length, 2 | second path length, 2 | offset, 8 | data length, 4 | path |
// second path | data. One lock is held over each call and its record, so that the log's order is the disk's order.
//
// The calls go to the kernel by number. Whoever asks dlsym for one of them gets ours: .NET's P/Invoke looks its
// functions up in libc itself, where a preloaded library is not in the way.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATE = 1, WRITE = 2, TRUNCATE = 3, FLUSH = 4, RENAME = 5, DELETE = 6, FOLDER = 7 };
enum { FILES_MAX = 65536, PATH_BYTES_MAX = 4096, CUE_BYTES_MAX = 4096 };

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static char *opened[FILES_MAX]; // The path below the root that a descriptor is open on; null for all others.
static char root[PATH_BYTES_MAX];
static const char *cue;
static int log_file = -1;
static size_t root_length;

__attribute__((constructor)) static void start(void) {
    const char *folder = getenv("DISK_SHIM_ROOT"), *log = getenv("DISK_SHIM_LOG");
    cue = getenv("DISK_SHIM_CUE");
    if (folder == NULL || strlen(folder) + 2 > sizeof root) return;
    snprintf(root, sizeof root, "%s/", folder);
    root_length = strlen(root);
    if (log != NULL)
        log_file = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

// The path below the root ("" is the root itself), or null. A memory-mapped index is no durable state.
static const char *below(const char *path) {
    if (root_length == 0 || path == NULL) return NULL;
    if (strncmp(path, root, root_length - 1) != 0) return NULL;
    if (path[root_length - 1] == 0) return "";
    if (path[root_length - 1] != '/') return NULL;
    const char *rest = path + root_length;
    size_t length = strlen(rest);
    return length > 4 && strcmp(rest + length - 4, "-shm") == 0 ? NULL : rest;
}

static const char *path_of(int file) { return file >= 0 && file < FILES_MAX ? opened[file] : NULL; }

static void put(const void *bytes, size_t length) {
    for (const char *at = bytes; length > 0;) {
        long count = syscall(SYS_write, log_file, at, length);
        if (count <= 0) abort();
        at += count, length -= (size_t)count;
    }
}

static void record(
    uint8_t kind, const char *path, const char *second, int64_t offset, const void *data, size_t length) {
    if (log_file < 0) return;
    uint16_t first_bytes = (uint16_t)strlen(path), second_bytes = (uint16_t)strlen(second);
    uint32_t data_bytes = (uint32_t)length;
    uint8_t head[17] = { kind };
    memcpy(head + 1, &first_bytes, 2);
    memcpy(head + 3, &second_bytes, 2);
    memcpy(head + 5, &offset, 8);
    memcpy(head + 13, &data_bytes, 4);
    put(head, sizeof head);
    put(path, first_bytes);
    put(second, second_bytes);
    put(data, length);
}

// The error that a call has to fail with now; 0 for none.
static int fault(const char *kind, const char *path) {
    if (cue == NULL) return 0;
    char text[CUE_BYTES_MAX + 1];
    int file = (int)syscall(SYS_openat, AT_FDCWD, cue, O_RDONLY | O_CLOEXEC, 0);
    if (file < 0) return 0;
    long count = syscall(SYS_read, file, text, (size_t)CUE_BYTES_MAX);
    syscall(SYS_close, file);
    text[count > 0 ? count : 0] = 0;
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        int error = 0;
        char of[16] = "", prefix[PATH_BYTES_MAX] = "";
        if (sscanf(line, "%d %15s %4095s", &error, of, prefix) >= 2 && strcmp(of, kind) == 0
            && strncmp(path, prefix, strlen(prefix)) == 0) return error;
    }
    return 0;
}

static long failed(int error) {
    errno = error;
    return -1;
}

#define ENTER() int saved = errno; pthread_mutex_lock(&gate); errno = saved
#define LEAVE(result) do { int error = errno; pthread_mutex_unlock(&gate); errno = error; return (result); } while (0)

static int shim_open(int folder, const char *path, int flags, mode_t mode) {
    const char *mine = folder == AT_FDCWD || (path != NULL && path[0] == '/') ? below(path) : NULL;
    if (mine == NULL) return (int)syscall(SYS_openat, folder, path, flags, mode);
    ENTER();
    struct stat known;
    int is_new = (flags & O_CREAT) != 0 && stat(path, &known) != 0;
    int error = is_new ? fault("name", mine) : 0;
    int file = error != 0 ? (int)failed(error) : (int)syscall(SYS_openat, folder, path, flags, mode);
    if (file >= 0 && file < FILES_MAX) {
        free(opened[file]);
        opened[file] = strdup(mine);
        if (is_new) record(CREATE, mine, "", 0, NULL, 0);
        else if ((flags & O_TRUNC) != 0) record(TRUNCATE, mine, "", 0, NULL, 0);
    }
    LEAVE(file);
}

#define OPEN(folder) \
    mode_t mode = 0; \
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    } \
    return shim_open(folder, path, flags, mode)

int open(const char *path, int flags, ...) { OPEN(AT_FDCWD); }
int open64(const char *path, int flags, ...) { OPEN(AT_FDCWD); }
int openat(int folder, const char *path, int flags, ...) { OPEN(folder); }
int openat64(int folder, const char *path, int flags, ...) { OPEN(folder); }

int close(int file) {
    if (path_of(file) == NULL) return (int)syscall(SYS_close, file);
    ENTER();
    free(opened[file]);
    opened[file] = NULL;
    int result = (int)syscall(SYS_close, file);
    LEAVE(result);
}

static ssize_t shim_write(int file, const void *bytes, size_t length, off_t offset, int at_offset) {
    if (path_of(file) == NULL)
        return at_offset ? syscall(SYS_pwrite64, file, bytes, length, offset) : syscall(SYS_write, file, bytes, length);
    ENTER();
    int error = fault("write", opened[file]);
    ssize_t count = error != 0 ? failed(error)
        : at_offset ? syscall(SYS_pwrite64, file, bytes, length, offset) : syscall(SYS_write, file, bytes, length);
    if (count > 0) {
        off_t at = at_offset ? offset : (off_t)syscall(SYS_lseek, file, (off_t)0, SEEK_CUR) - count;
        record(WRITE, opened[file], "", at, bytes, (size_t)count);
    }
    LEAVE(count);
}

ssize_t write(int file, const void *bytes, size_t size) { return shim_write(file, bytes, size, 0, 0); }
ssize_t pwrite(int file, const void *bytes, size_t size, off_t at) { return shim_write(file, bytes, size, at, 1); }
ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at) { return shim_write(file, bytes, size, at, 1); }

static ssize_t shim_writev(int file, const struct iovec *parts, int count, off_t offset) {
    if (path_of(file) == NULL) return syscall(SYS_pwritev, file, parts, (long)count, (long)offset, 0L);
    ssize_t total = 0;
    for (int i = 0; i < count; i++) {
        ssize_t written = shim_write(file, parts[i].iov_base, parts[i].iov_len, offset + total, 1);
        if (written < 0) return total > 0 ? total : -1;
        total += written;
        if ((size_t)written < parts[i].iov_len) break;
    }
    return total;
}

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t at) {
    return shim_writev(file, parts, count, at);
}
ssize_t pwritev64(int file, const struct iovec *parts, int count, off64_t at) {
    return shim_writev(file, parts, count, at);
}

static int shim_truncate(int file, off_t length) {
    if (path_of(file) == NULL) return (int)syscall(SYS_ftruncate, file, length);
    ENTER();
    int error = fault("write", opened[file]);
    int result = error != 0 ? (int)failed(error) : (int)syscall(SYS_ftruncate, file, length);
    if (result == 0) record(TRUNCATE, opened[file], "", length, NULL, 0);
    LEAVE(result);
}

int ftruncate(int file, off_t length) { return shim_truncate(file, length); }
int ftruncate64(int file, off64_t length) { return shim_truncate(file, length); }

// Room that is set aside changes no byte that a reader sees, and nothing of ours counts on it.
int fallocate(int file, int mode, off_t offset, off_t length) {
    return path_of(file) == NULL ? (int)syscall(SYS_fallocate, file, mode, offset, length) : (int)failed(EOPNOTSUPP);
}
int fallocate64(int file, int mode, off64_t offset, off64_t length) { return fallocate(file, mode, offset, length); }

static int shim_flush(int file, long number) {
    if (path_of(file) == NULL) return (int)syscall(number, file);
    ENTER();
    int error = fault("flush", opened[file]);
    int result = error != 0 ? (int)failed(error) : (int)syscall(number, file);
    struct stat known;
    if (result == 0 && fstat(file, &known) == 0)
        record(FLUSH, opened[file], S_ISDIR(known.st_mode) ? "/" : "", 0, NULL, 0);
    LEAVE(result);
}

int fsync(int file) { return shim_flush(file, SYS_fsync); }
int fdatasync(int file) { return shim_flush(file, SYS_fdatasync); }

int rename(const char *from, const char *to) {
    const char *mine = below(from), *other = below(to);
    if (mine == NULL || other == NULL) return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    ENTER();
    int error = fault("name", other);
    int result = error != 0 ? (int)failed(error) : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (result == 0) record(RENAME, mine, other, 0, NULL, 0);
    LEAVE(result);
}

static int shim_delete(const char *path, int flags) {
    const char *mine = below(path);
    if (mine == NULL) return (int)syscall(SYS_unlinkat, AT_FDCWD, path, flags);
    ENTER();
    int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, flags);
    if (result == 0) record(DELETE, mine, "", 0, NULL, 0);
    LEAVE(result);
}

int unlink(const char *path) { return shim_delete(path, 0); }
int rmdir(const char *path) { return shim_delete(path, AT_REMOVEDIR); }

int mkdir(const char *path, mode_t mode) {
    const char *mine = below(path);
    if (mine == NULL) return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    ENTER();
    int error = fault("name", mine);
    int result = error != 0 ? (int)failed(error) : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    if (result == 0 && mine[0] != 0) record(FOLDER, mine, "", 0, NULL, 0);
    LEAVE(result);
}

void *dlsym(void *restrict library, const char *restrict name) {
    static const struct { const char *name; void *call; } ours[] = {
        { "open", open }, { "open64", open64 }, { "close", close }, { "write", write }, { "pwrite", pwrite },
        { "pwrite64", pwrite64 }, { "ftruncate", ftruncate }, { "fsync", fsync }, { "fdatasync", fdatasync },
        { "rename", rename }, { "unlink", unlink }, { "rmdir", rmdir }, { "mkdir", mkdir },
    };
    static void *(*real)(void *, const char *);
    if (real == NULL) real = (void *(*)(void *, const char *))dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
    if (root_length > 0)
        for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
            if (strcmp(ours[i].name, name) == 0) return ours[i].call;
    return real(library, name);
}

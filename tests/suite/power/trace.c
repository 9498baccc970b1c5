/*
 * Loaded before libc into a server under test (LD_PRELOAD): writes down all that is done to the files below one
 * directory, in one order, and lets calls fail when told to.
 *
 *   TRAVAUX_TRACE_DIR    the directory, as an absolute path without links
 *   TRAVAUX_TRACE_FILE   where to write it down, outside of the directory; not set: nothing is written down
 *   TRAVAUX_TRACE_FAULT  a file that says which calls fail while it is there (see `failing`); not set: none
 *
 * A record of the trace is a head of five numbers of 64 bits, as the machine has them, and then its bytes:
 *
 *   kind, file (its inode), at, length, how many bytes follow
 *
 * An act is written down once it has returned, under the lock under which it was done, so the order of the trace is the
 * order of the acts. A sync is written down twice, when it begins and when it ended well, and done without the lock:
 * it covers what stands in the trace before it began, and holds from where it ended.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { OPENED = 1, WRITTEN, LENGTH_SET, RENAMED, REMOVED, SYNC_BEGUN, SYNC_ENDED, LISTED };

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static const char *dir;
static const char *fault_path;
static int trace = -1;

#define REAL(result, name, ...) \
    static result (*real)(__VA_ARGS__); \
    if (!real) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static ssize_t real_write(int fd, const void *bytes, size_t length) {
    REAL(ssize_t, "write", int, const void *, size_t);
    return real(fd, bytes, length);
}

static int real_open(const char *path, int flags, mode_t mode) {
    REAL(int, "open64", const char *, int, ...);
    return real(path, flags, mode);
}

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("TRAVAUX_TRACE_FILE");
    fault_path = getenv("TRAVAUX_TRACE_FAULT");
    if (path) trace = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (!path || trace >= 0) dir = getenv("TRAVAUX_TRACE_DIR");
}

/* Whatever cannot be written down makes the whole trace worthless: the server under test ends. */
static void put(const void *bytes, size_t length) {
    for (size_t done = 0; done < length;) {
        ssize_t more = real_write(trace, (const char *)bytes + done, length - done);
        if (more < 0) abort();
        done += (size_t)more;
    }
}

static void note(enum kind kind, uint64_t file, uint64_t at, uint64_t length, const void *bytes, uint64_t count) {
    uint64_t head[5] = {(uint64_t)kind, file, at, length, count};
    if (trace < 0) return;
    put(head, sizeof head);
    put(bytes, count);
}

/* The path below the directory, or NULL where it is not below it. */
static const char *below(const char *path) {
    size_t length = dir ? strlen(dir) : 0;
    if (!length || strncmp(path, dir, length) != 0) return NULL;
    if (path[length] == '/') return path + length + 1;
    return path[length] == 0 ? path + length : NULL;
}

/* What a descriptor is of: its path below the directory, put into `room`, and its inode; NULL where it is not ours. */
static const char *ours(int fd, char room[PATH_MAX], struct stat *found) {
    char link[40];
    if (!dir || fd == trace || fstat(fd, found) != 0) return NULL;
    if (!S_ISREG(found->st_mode) && !S_ISDIR(found->st_mode)) return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, room, PATH_MAX - 1);
    if (length < 0) return NULL;
    room[length] = 0;
    return below(room);
}

/* The absolute path of a name, put into `room`; names that the server is given are taken as they are below its own. */
static const char *named(int at, const char *path, char room[PATH_MAX]) {
    char base[PATH_MAX], link[40];
    if (!dir) return NULL;
    if (path[0] == '/') return below(path);
    snprintf(link, sizeof link, at == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", at);
    ssize_t length = readlink(link, base, sizeof base - 1);
    if (length < 0) return NULL;
    base[length] = 0;
    if (snprintf(room, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return NULL;
    return below(room);
}

/*
 * Whether this call on a file is to fail now. The fault file says "what errno after once where": `write`, `grow` (a write or
 * a length beyond the end of the file), `part` (a write beyond the end, of which the first half is done) or `sync`; the
 * number of the error; how many such calls still go well; 1 for a single failure, which takes the fault file away, 0 for
 * all until it is taken away; how the path of the file begins below the directory, nothing for any file.
 */
static int failing(const char *what, const char *name) {
    static int passed;
    char said[128], kind[16], where[64] = "";
    int error, after, once;
    if (!fault_path) return 0;
    int fd = real_open(fault_path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) {
        passed = 0;
        return 0;
    }
    ssize_t length = read(fd, said, sizeof said - 1);
    close(fd);
    said[length < 0 ? 0 : length] = 0;
    if (sscanf(said, "%15s %d %d %d %63s", kind, &error, &after, &once, where) < 4 || strcmp(kind, what) != 0) return 0;
    if (strncmp(name, where, strlen(where)) != 0 || passed++ < after) return 0;
    if (once) unlink(fault_path);
    errno = error;
    return 1;
}

static int refused(const char *name, const struct stat *found, uint64_t end) {
    return failing("write", name) || (end > (uint64_t)found->st_size && failing("grow", name));
}

/* 1 where only the first half of a write is done now, -1 where the rest of one fails, else 0. */
static int parted(const char *name, uint64_t length) {
    static int rest;
    if (!failing("part", name)) return rest = 0;
    if (!rest && length > 1) return rest = 1;
    rest = 0;
    return -1;
}

/* All ways of writing come here. `at` is -1 where the position of the descriptor counts. */
static ssize_t write_all(int fd, const struct iovec *parts, int count, off_t at) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    static ssize_t (*real_at)(int, const struct iovec *, int, off_t);
    if (!real_at) real_at = (ssize_t (*)(int, const struct iovec *, int, off_t))dlsym(RTLD_NEXT, "pwritev64");
    char room[PATH_MAX];
    struct stat found;
    const char *name = ours(fd, room, &found);
    if (!name) return at < 0 ? real(fd, parts, count) : real_at(fd, parts, count, at);
    uint64_t asked = 0;
    for (int part = 0; part < count; part++) asked += parts[part].iov_len;
    pthread_mutex_lock(&order);
    int appends = fcntl(fd, F_GETFL) & O_APPEND;
    off_t from = appends ? found.st_size : at < 0 ? lseek(fd, 0, SEEK_CUR) : at;
    struct iovec half = {parts[0].iov_base, parts[0].iov_len / 2};
    int part = (uint64_t)from + asked > (uint64_t)found.st_size ? parted(name, asked) : 0;
    if (part > 0 && half.iov_len) parts = &half, count = 1;
    int fails = part < 0 || refused(name, &found, (uint64_t)from + asked);
    ssize_t done = fails ? -1 : at < 0 ? real(fd, parts, count) : real_at(fd, parts, count, at);
    int error = errno;
    if (done > 0 && trace >= 0) {
        uint64_t head[5] = {WRITTEN, found.st_ino, (uint64_t)from, 0, (uint64_t)done};
        put(head, sizeof head);
        uint64_t left = (uint64_t)done;
        for (int part = 0; part < count && left; part++) {
            uint64_t here = parts[part].iov_len < left ? parts[part].iov_len : left;
            put(parts[part].iov_base, here);
            left -= here;
        }
    }
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}

ssize_t write(int fd, const void *bytes, size_t length) {
    char room[PATH_MAX];
    struct stat found;
    if (!ours(fd, room, &found)) return real_write(fd, bytes, length);
    struct iovec whole = {(void *)bytes, length};
    return write_all(fd, &whole, 1, -1);
}
ssize_t writev(int fd, const struct iovec *parts, int count) { return write_all(fd, parts, count, -1); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t at) { return write_all(fd, parts, count, at); }
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) { return write_all(fd, parts, count, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at) {
    struct iovec whole = {(void *)bytes, length};
    return write_all(fd, &whole, 1, at);
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return pwrite64(fd, bytes, length, at); }

/* A name that now leads to a file, and whether it was emptied by being opened. */
static int opened(int at, const char *path, int flags, mode_t mode) {
    REAL(int, "openat64", int, const char *, int, ...);
    char room[PATH_MAX];
    const char *name = flags & (O_CREAT | O_TRUNC) ? named(at, path, room) : NULL;
    if (!name) return real(at, path, flags, mode);
    pthread_mutex_lock(&order);
    int fd = real(at, path, flags, mode);
    int error = errno;
    struct stat found;
    if (fd >= 0 && fstat(fd, &found) == 0) {
        note(OPENED, found.st_ino, 0, 0, name, strlen(name));
        if (flags & O_TRUNC) note(LENGTH_SET, found.st_ino, 0, 0, "", 0);
    }
    pthread_mutex_unlock(&order);
    errno = error;
    return fd;
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }
int open(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) return opened(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags) return opened(at, path, flags, mode); }
int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

/* What changes the length: `how` does it. A length that is only reserved, and not told of the file, is none. */
#define RESIZE(fd, end, how, tells, failed) \
    char room[PATH_MAX]; \
    struct stat found; \
    const char *name = ours(fd, room, &found); \
    if (!name) return how; \
    pthread_mutex_lock(&order); \
    int done = refused(name, &found, (uint64_t)(end)) ? failed : how; \
    int error = errno; \
    if (done == 0 && (tells)) note(LENGTH_SET, found.st_ino, 0, (uint64_t)(end), "", 0); \
    pthread_mutex_unlock(&order); \
    errno = error; \
    return done

int ftruncate64(int fd, off_t length) {
    REAL(int, "ftruncate64", int, off_t);
    RESIZE(fd, length, real(fd, length), 1, -1);
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }
int fallocate64(int fd, int mode, off_t from, off_t length) {
    REAL(int, "fallocate64", int, int, off_t, off_t);
    RESIZE(fd, from + length, real(fd, mode, from, length), mode == 0 && from + length > found.st_size, -1);
}
int fallocate(int fd, int mode, off_t from, off_t length) { return fallocate64(fd, mode, from, length); }
int posix_fallocate64(int fd, off_t from, off_t length) {
    REAL(int, "posix_fallocate64", int, off_t, off_t);
    RESIZE(fd, from + length, real(fd, from, length), from + length > found.st_size, errno);
}
int posix_fallocate(int fd, off_t from, off_t length) { return posix_fallocate64(fd, from, length); }

static int renamed(int from_at, const char *from, int to_at, const char *to, unsigned flags) {
    REAL(int, "renameat2", int, const char *, int, const char *, unsigned);
    char rooms[2][PATH_MAX], both[2 * PATH_MAX];
    const char *old = named(from_at, from, rooms[0]), *new = named(to_at, to, rooms[1]);
    if (!old || !new) return real(from_at, from, to_at, to, flags);
    pthread_mutex_lock(&order);
    int done = real(from_at, from, to_at, to, flags);
    int error = errno;
    if (done == 0) {
        int length = snprintf(both, sizeof both, "%s\n%s", old, new);
        note(RENAMED, 0, 0, 0, both, (uint64_t)length);
    }
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}
int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags) {
    return renamed(from_at, from, to_at, to, flags);
}
int renameat(int from_at, const char *from, int to_at, const char *to) { return renamed(from_at, from, to_at, to, 0); }
int rename(const char *from, const char *to) { return renamed(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int at, const char *path, int flags) {
    REAL(int, "unlinkat", int, const char *, int);
    char room[PATH_MAX];
    const char *name = named(at, path, room);
    if (!name) return real(at, path, flags);
    pthread_mutex_lock(&order);
    int done = real(at, path, flags);
    int error = errno;
    if (done == 0) note(REMOVED, 0, 0, 0, name, strlen(name));
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

/*
 * What a directory holds, as lines of inode and name, before it is synced: calls that go around libc, as those of the
 * `rename` of some libraries do, are seen by this.
 */
static void list(const char *path, const char *name) {
    char lines[1 << 16];
    size_t length = (size_t)snprintf(lines, sizeof lines, "%s\n", name);
    DIR *listed = opendir(path);
    if (!listed) abort();
    for (struct dirent *entry; (entry = readdir(listed));) {
        if (entry->d_type != DT_REG) continue;
        length += (size_t)snprintf(lines + length, sizeof lines - length, "%ju %s\n", (uintmax_t)entry->d_ino, entry->d_name);
        if (length >= sizeof lines) abort();
    }
    closedir(listed);
    note(LISTED, 0, 0, 0, lines, length);
}

/* Told by its path, with `at` 1 for a directory and `length` 1 for `fdatasync`. `sync_file_range` is no sync and is not told at all. */
static int synced(int fd, int (*real)(int), uint64_t is_data) {
    char room[PATH_MAX];
    struct stat found;
    const char *name = ours(fd, room, &found);
    if (!name) return real(fd);
    uint64_t is_dir = S_ISDIR(found.st_mode);
    pthread_mutex_lock(&order);
    int fails = failing("sync", name);
    if (!fails && is_dir) list(room, name);
    if (!fails) note(SYNC_BEGUN, found.st_ino, is_dir, is_data, name, strlen(name));
    pthread_mutex_unlock(&order);
    if (fails) return -1;
    int done = real(fd);
    int error = errno;
    pthread_mutex_lock(&order);
    if (done == 0) note(SYNC_ENDED, found.st_ino, is_dir, is_data, name, strlen(name));
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}
int fsync(int fd) {
    REAL(int, "fsync", int);
    return synced(fd, real, 0);
}
int fdatasync(int fd) {
    REAL(int, "fdatasync", int);
    return synced(fd, real, 1);
}

#include "tools/sort.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/stop.h"
#include "tools/text.h"

#define PIECE_BYTES   ((size_t)256 << 10)
#define BUFFER_BYTES  ((size_t)256 << 10)       /* of a file that is read or written */
#define LONGEST_BYTES (((size_t)1 << 20) + 1)   /* of a record: one more than the library reads */
#define MOST_RUNS     128u                      /* merged at once: files that are open */

/* A record, as it stands in memory and, followed by its bytes, in a file. */
typedef struct head {
    int32_t date; /* days since 1970 */
    uint32_t length;
    uint64_t line;
} head;

typedef struct item {
    head head;
    size_t at;
} item;

/* Sorted records in a file, being read. */
typedef struct part {
    FILE *file;
    head head; /* of the record at hand */
    char *bytes;
    size_t room;
    bool over;
} part;

struct tool_sort {
    const tool *t;
    tool_source *source;
    pol_runner *reader;
    size_t memory;
    tool_decoder decoder;
    int32_t last_date; /* of the record before */
    char *bytes;       /* of the items */
    size_t length, room;
    item *items;
    size_t count, item_room;
    size_t next_item;  /* handed out, when there are no parts */
    part **parts;      /* in the order of the input; owned */
    size_t part_count, part_room;
    part **heap;       /* the parts that are not over, smallest first; owned */
    size_t *order;
    size_t heap_count;
    uint64_t total, handed; /* bytes of all records */
    uint64_t number;
    char *folder;
};

static bool no_memory(const tool_sort *sort)
{
    tool_error(sort->t, TOOL_M_NO_MEMORY);
    return false;
}

static bool grow(void **memory, size_t *room, size_t needed, size_t size)
{
    if (needed <= *room)
        return true;
    const size_t more = needed + needed / 2 + 64;
    void *const grown = realloc(*memory, more * size);
    if (grown == NULL)
        return false;
    *memory = grown;
    *room = more;
    return true;
}

/* ---- files -------------------------------------------------------------------------------------------- */

static bool refuse_file(const tool_sort *sort)
{
    tool_error(sort->t, TOOL_M_CANNOT_WRITE, sort->folder, tool_errno_text(sort->t, errno));
    return false;
}

static void free_part(part *p)
{
    if (p == NULL)
        return;
    if (p->file != NULL)
        fclose(p->file);
    free(p->bytes);
    free(p);
}

/* A file without a name. */
static part *new_part(const tool_sort *sort)
{
    part *const made = calloc(1, sizeof *made);
    char *const name = malloc(strlen(sort->folder) + sizeof "/pol-sort-XXXXXX");
    if (made == NULL || name == NULL) {
        free(made);
        free(name);
        no_memory(sort);
        return NULL;
    }
    strcpy(name, sort->folder);
    strcat(name, "/pol-sort-XXXXXX");
    const int descriptor = mkstemp(name);
    if (descriptor >= 0) {
        unlink(name);
        made->file = fdopen(descriptor, "w+b");
    }
    free(name);
    if (made->file == NULL) {
        refuse_file(sort);
        free_part(made);
        return NULL;
    }
    (void)setvbuf(made->file, NULL, _IOFBF, BUFFER_BYTES);
    return made;
}

static bool write_record(const tool_sort *sort, part *to, const head *record, const char *bytes)
{
    return (fwrite(record, sizeof *record, 1, to->file) == 1 &&
            fwrite(bytes, 1, record->length, to->file) == record->length) ||
           refuse_file(sort);
}

/* Takes the next record of the part's file. */
static bool advance(const tool_sort *sort, part *p)
{
    if (fread(&p->head, sizeof p->head, 1, p->file) != 1) {
        p->over = !ferror(p->file);
        return p->over || refuse_file(sort);
    }
    void *bytes = p->bytes;
    const bool good = grow(&bytes, &p->room, p->head.length, 1);
    p->bytes = bytes;
    if (!good)
        return no_memory(sort);
    return fread(p->bytes, 1, p->head.length, p->file) == p->head.length || refuse_file(sort);
}

static bool add_part(tool_sort *sort, part *p)
{
    void *parts = sort->parts;
    const bool good = grow(&parts, &sort->part_room, sort->part_count + 1, sizeof *sort->parts);
    sort->parts = parts;
    if (!good) {
        free_part(p);
        return no_memory(sort);
    }
    sort->parts[sort->part_count++] = p;
    return true;
}

static int by_date(const void *a, const void *b)
{
    const item *const x = a, *const y = b;
    if (x->head.date != y->head.date)
        return x->head.date < y->head.date ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

static void sort_items(tool_sort *sort)
{
    if (sort->count > 1)
        qsort(sort->items, sort->count, sizeof *sort->items, by_date);
}

/* What is in memory becomes a part. */
static bool spill(tool_sort *sort)
{
    part *const p = new_part(sort);
    bool good = p != NULL;
    sort_items(sort);
    for (size_t i = 0; good && i < sort->count; i++)
        good = write_record(sort, p, &sort->items[i].head, sort->bytes + sort->items[i].at);
    if (good && fflush(p->file) != 0)
        good = refuse_file(sort);
    if (!good) {
        free_part(p);
        return false;
    }
    sort->count = sort->length = 0;
    return add_part(sort, p);
}

/* ---- records into memory ------------------------------------------------------------------------------ */

static bool is_blank(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r')
            return false;
    }
    return true;
}

static bool add_record(tool_sort *sort, const char *bytes, size_t length, uint64_t line)
{
    int32_t date = sort->last_date;
    if (length < LONGEST_BYTES)
        (void)pol_runner_date(sort->reader, bytes, length, &date);
    else
        length = LONGEST_BYTES;
    if ((sort->count == sort->item_room || sort->length + length > sort->room) && !spill(sort))
        return false;
    sort->items[sort->count++] =
        (item){ .head = { .date = date, .length = (uint32_t)length, .line = line }, .at = sort->length };
    memcpy(sort->bytes + sort->length, bytes, length);
    sort->length += length;
    sort->last_date = date;
    sort->total += length;
    return true;
}

static uint64_t count_lines(const char *bytes, size_t length)
{
    uint64_t count = 0;
    for (const char *at = bytes; (at = memchr(at, '\n', (size_t)(bytes + length - at))) != NULL; at++)
        count++;
    return count;
}

/* The records of a piece. */
static bool add_piece(tool_sort *sort, const tool_piece *piece)
{
    const char *bytes = piece->bytes;
    size_t length = piece->length;
    uint64_t line = piece->line;
    if (piece->encoding == TOOL_GB18030) {
        sort->decoder.encoding = TOOL_GB18030;
        if (!tool_decode(&sort->decoder, bytes, length, true, &bytes, &length))
            return no_memory(sort);
    }
    while (length > 0) {
        pol_cut cut = { 0 };
        const size_t end = pol_cut_first(&cut, sort->source->format, bytes, length);
        const size_t whole = end == 0 ? length : end;
        size_t record = whole - (end != 0);
        record -= record > 0 && bytes[record - 1] == '\r';
        if (!is_blank(bytes, record) && !add_record(sort, bytes, record, line))
            return false;
        line += count_lines(bytes, whole);
        bytes += whole;
        length -= whole;
    }
    return true;
}

/* ---- merging ------------------------------------------------------------------------------------------ */

/* Of two records of one day that of the earlier part comes first. */
static bool is_before(const tool_sort *sort, size_t a, size_t b)
{
    const part *const x = sort->heap[a], *const y = sort->heap[b];
    return x->head.date != y->head.date ? x->head.date < y->head.date : sort->order[a] < sort->order[b];
}

static void swap(tool_sort *sort, size_t a, size_t b)
{
    part *const p = sort->heap[a];
    const size_t order = sort->order[a];
    sort->heap[a] = sort->heap[b];
    sort->order[a] = sort->order[b];
    sort->heap[b] = p;
    sort->order[b] = order;
}

static void sink(tool_sort *sort, size_t at)
{
    for (;;) {
        size_t first = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < sort->heap_count; child++)
            first = is_before(sort, child, first) ? child : first;
        if (first == at)
            return;
        swap(sort, at, first);
        at = first;
    }
}

/* Parts first .. first + count - 1 from their beginnings. */
static bool start_merge(tool_sort *sort, size_t first, size_t count)
{
    free(sort->heap);
    free(sort->order);
    sort->heap = calloc(count, sizeof *sort->heap);
    sort->order = calloc(count, sizeof *sort->order);
    sort->heap_count = 0;
    if (sort->heap == NULL || sort->order == NULL)
        return no_memory(sort);
    for (size_t i = 0; i < count; i++) {
        part *const p = sort->parts[first + i];
        rewind(p->file);
        if (!advance(sort, p))
            return false;
        if (p->over)
            continue;
        sort->order[sort->heap_count] = i;
        sort->heap[sort->heap_count++] = p;
    }
    for (size_t i = sort->heap_count; i-- > 0;)
        sink(sort, i);
    return true;
}

/* The first record of all leaves. */
static bool pop(tool_sort *sort)
{
    if (!advance(sort, sort->heap[0]))
        return false;
    if (sort->heap[0]->over)
        swap(sort, 0, --sort->heap_count);
    sink(sort, 0);
    return true;
}

/* Makes one part of several that stand side by side. */
static bool merge(tool_sort *sort, size_t first, size_t count)
{
    part *const to = new_part(sort);
    bool good = to != NULL && start_merge(sort, first, count);
    while (good && sort->heap_count > 0 && !tool_stop_asked())
        good = write_record(sort, to, &sort->heap[0]->head, sort->heap[0]->bytes) && pop(sort);
    if (good && fflush(to->file) != 0)
        good = refuse_file(sort);
    if (!good) {
        free_part(to);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        free_part(sort->parts[first + i]);
    sort->parts[first] = to;
    memmove(sort->parts + first + 1, sort->parts + first + count,
            (sort->part_count - first - count) * sizeof *sort->parts);
    sort->part_count -= count - 1;
    return true;
}

static bool merge_down(tool_sort *sort)
{
    size_t most = sort->memory / BUFFER_BYTES;
    most = most < 2 ? 2 : most > MOST_RUNS ? MOST_RUNS : most;
    while (sort->part_count > most) {
        for (size_t first = 0; first < sort->part_count; first++) {
            const size_t left = sort->part_count - first, count = left < most ? left : most;
            if (count > 1 && !merge(sort, first, count))
                return false;
        }
    }
    return start_merge(sort, 0, sort->part_count);
}

/* ---- all of it ---------------------------------------------------------------------------------------- */

static bool read_all(tool_sort *sort, tool_progress *progress)
{
    tool_piece piece = { .bytes = NULL };
    bool good;
    while ((good = tool_source_next(sort->source, &piece)) && piece.length != 0) {
        good = add_piece(sort, &piece);
        if (!good)
            break;
        tool_progress_show(progress, 0, piece.read);
    }
    tool_piece_free(&piece);
    return good && !tool_stop_asked();
}

static bool sort_all(tool_sort *sort, tool_progress *progress)
{
    if (!read_all(sort, progress))
        return false;
    if (sort->part_count == 0) {
        sort_items(sort);
        return true;
    }
    if (sort->count != 0 && !spill(sort))
        return false;
    free(sort->bytes);
    free(sort->items);
    sort->bytes = NULL;
    sort->items = NULL;
    return merge_down(sort) && !tool_stop_asked();
}

tool_sort *tool_sort_new(tool_source *source, pol_runner *reader, size_t memory_bytes, tool_progress *progress)
{
    const char *const folder = getenv("TMPDIR");
    tool_sort *const sort = calloc(1, sizeof *sort);
    if (sort != NULL) {
        *sort = (tool_sort){ .t = source->t, .source = source, .reader = reader, .memory = memory_bytes, .last_date = INT32_MIN };
        tool_decoder_init(&sort->decoder);
        sort->folder = strdup(folder != NULL && folder[0] != '\0' ? folder : "/tmp");
        sort->room = memory_bytes / 8 * 5 + LONGEST_BYTES;
        sort->item_room = memory_bytes / 16 * 3 / sizeof *sort->items + 1; /* qsort takes as much again */
        sort->bytes = malloc(sort->room); /* pages that are not used take no memory */
        sort->items = malloc(sort->item_room * sizeof *sort->items);
    }
    if (sort == NULL || sort->folder == NULL || sort->bytes == NULL || sort->items == NULL) {
        tool_error(source->t, TOOL_M_NO_MEMORY);
    } else if (sort_all(sort, progress)) {
        return sort;
    }
    tool_sort_free(sort);
    return NULL;
}

/* Appends a record to the piece. */
static bool hand_out(tool_sort *sort, tool_piece *piece, const head *record, const char *bytes)
{
    void *text = piece->bytes, *records = piece->records;
    const bool good = grow(&text, &piece->room, piece->length + record->length + 1, 1) &&
                      grow(&records, &piece->record_room, piece->record_count + 1, sizeof *piece->records);
    piece->bytes = text;
    piece->records = records;
    if (!good)
        return no_memory(sort);
    memcpy(piece->bytes + piece->length, bytes, record->length);
    piece->records[piece->record_count++] =
        (pol_record_place){ .at = piece->length, .length = record->length, .line = record->line };
    piece->length += record->length;
    piece->bytes[piece->length++] = '\n'; /* then the library may take the records as lines */
    sort->handed += record->length;
    return true;
}

bool tool_sort_next(void *from, tool_piece *piece)
{
    tool_sort *const sort = from;
    piece->length = piece->record_count = 0;
    piece->encoding = TOOL_UTF8;
    piece->number = sort->number++;
    bool good = true;
    while (good && piece->length < PIECE_BYTES && !tool_stop_asked()) {
        if (sort->part_count == 0) {
            if (sort->next_item == sort->count)
                break;
            const item *const next = &sort->items[sort->next_item++];
            good = hand_out(sort, piece, &next->head, sort->bytes + next->at);
        } else {
            if (sort->heap_count == 0)
                break;
            good = hand_out(sort, piece, &sort->heap[0]->head, sort->heap[0]->bytes) && pop(sort);
        }
    }
    if (tool_stop_asked())
        piece->length = 0;
    const double share = sort->total == 0 ? 1 : (double)sort->handed / (double)sort->total;
    piece->read = (uint64_t)(share * (double)sort->source->input.size);
    return good;
}

void tool_sort_free(tool_sort *sort)
{
    if (sort == NULL)
        return;
    for (size_t i = 0; i < sort->part_count; i++)
        free_part(sort->parts[i]);
    free(sort->parts);
    free(sort->heap);
    free(sort->order);
    free(sort->bytes);
    free(sort->items);
    free(sort->folder);
    tool_decoder_free(&sort->decoder);
    free(sort);
}

/* Matters, envelopes and slots of a window's records; the columns are intake_column.c's. */
#include "interp/intake.h"

#include <string.h>

#include "interp/intake_column.h"
#include "interp/lanes.h"
#include "interp/record_value.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define SHORT_TEXT 32 /* bytes of what records mostly call themselves */

/* ---- tables of a program --------------------------------------------------------------------------------- */

static bool take_words(pol_word_set *words, pol_arena *arena, const pol_lookup *lookup)
{
    return pol_word_set_init(words, arena, lookup->names.names, lookup->numbers, lookup->names.count);
}

static bool init_truths(pol_word_set *words, pol_arena *arena, bool csv)
{
    static const uint32_t codes[] = { 0, 1, 0, 1, 0, 1 };
    const pol_str texts[] = { POL_STR("false"), POL_STR("true"), POL_STR("否"), POL_STR("是"), POL_STR("0"),
                              POL_STR("1") };
    return pol_word_set_init(words, arena, texts, codes, csv ? 6 : 2);
}

static bool init_matter(pol_intake *intake, uint32_t number)
{
    const pol_code *const code = &intake->reader->program->matters[number];
    pol_intake_matter *const matter = &intake->matters[number];
    matter->usable = pol_lanes_field(code) == POL_NONE32;
    matter->known = POL_NONE32;
    matter->slots = POL_NEW_ARRAY(intake->arena, uint32_t, code->field_count);
    matter->places = POL_NEW_ARRAY(intake->arena, pol_places, code->field_count);
    matter->absent = POL_NEW_ARRAY(intake->arena, int32_t, code->field_count);
    for (uint32_t f = 0; f < code->field_count && matter->absent != NULL; f++)
        matter->absent[f] = POL_NO_CODE;
    matter->strange = POL_NEW_ARRAY(intake->arena, uint32_t, POL_WINDOW_SLOTS);
    matter->done = POL_NEW_ARRAY(intake->arena, bool, code->field_count);
    return !pol_arena_failed(intake->arena);
}

static bool has_repeated(const pol_csv *csv)
{
    for (uint32_t i = 0; i < csv->count; i++) {
        if (csv->repeated[i])
            return true;
    }
    return false;
}

bool pol_intake_init(pol_intake *intake, pol_arena *arena, pol_reader *reader, const pol_csv *csv)
{
    const pol_program *const program = reader->program;
    *intake = (pol_intake){ .arena = arena, .reader = reader, .loops = pol_text_loops_of() };
    intake->labels = POL_NEW_ARRAY(arena, pol_word_set, program->label_set_count);
    intake->matters = POL_NEW_ARRAY(arena, pol_intake_matter, program->matter_count);
    intake->matter = POL_NEW_ARRAY(arena, uint32_t, POL_WINDOW_ROWS);
    intake->bad = POL_NEW_ARRAY(arena, uint8_t, POL_WINDOW_ROWS);
    intake->plain = POL_NEW_ARRAY(arena, uint8_t, POL_WINDOW_ROWS);
    if (pol_arena_failed(arena) ||
        !(csv == NULL ? pol_window_init_json(&intake->window, arena)
                      : pol_window_init_csv(&intake->window, arena, csv->columns, csv->count)))
        return false;
    intake->window.unusable = intake->window.unusable || (csv != NULL && has_repeated(csv));
    for (uint32_t s = 0; s < program->label_set_count; s++) {
        if (!take_words(&intake->labels[s], arena, &reader->labels[s]))
            return false;
    }
    for (uint32_t m = 0; m < program->matter_count; m++) {
        if (!init_matter(intake, m))
            return false;
    }
    return take_words(&intake->texts, arena, &reader->texts) && take_words(&intake->names, arena, &reader->matter_names) &&
           init_truths(&intake->truths, arena, csv != NULL);
}

/* ---- slots ------------------------------------------------------------------------------------------------- */

static uint32_t slot_of(const pol_window *window, const char *name)
{
    for (uint32_t s = 0; s < window->slots.count; s++) {
        if (window->slots.items[s].kind == POL_SLOT_KEY && pol_str_equal(window->slots.items[s].name, pol_str_of(name)))
            return s;
    }
    return POL_NONE32;
}

static bool is_envelope(const pol_intake *intake, uint32_t slot)
{
    for (unsigned i = 0; i < POL_IDENTITIES; i++) {
        if (intake->identity_slots[i] == slot)
            return true;
    }
    return intake->matter_slot == slot;
}

static void find_envelope(pol_intake *intake)
{
    static const char *const names[POL_IDENTITIES] = { "编号", "参保人", "家庭" };
    for (unsigned i = 0; i < POL_IDENTITIES; i++)
        intake->identity_slots[i] = slot_of(&intake->window, names[i]);
    for (unsigned i = 0; i < POL_IDENTITIES; i++) {
        if (intake->identity_slots[i] != POL_NONE32)
            intake->identities[i] = pol_window_places(&intake->window, intake->identity_slots[i]);
    }
    intake->matter_slot = slot_of(&intake->window, "业务类型");
}

/* Which field of the matter the slot is, POL_NONE32. */
static uint32_t field_of(pol_intake *intake, uint32_t matter, const pol_slot *slot)
{
    pol_reader *const reader = intake->reader;
    pol_reader_matter *const keys = &reader->matters[matter];
    const uint32_t number = pol_lookup_find(slot->kind == POL_SLOT_PARAMETER ? &keys->parameters : &keys->keys,
                                            &reader->scratch, slot->name);
    return number < reader->program->matters[matter].field_count ? number : POL_NONE32;
}

/* Assigns the slots, new ones may have come, to the fields of a matter. */
static void map_matter(pol_intake *intake, uint32_t number)
{
    pol_intake_matter *const matter = &intake->matters[number];
    const pol_code *const code = &intake->reader->program->matters[number];
    const uint32_t count = (uint32_t)intake->window.slots.count;
    matter->strange_count = 0;
    for (uint32_t f = 0; f < code->field_count; f++)
        matter->slots[f] = POL_NONE32;
    for (uint32_t s = 0; s < count; s++) {
        if (is_envelope(intake, s))
            continue;
        const uint32_t field = field_of(intake, number, &intake->window.slots.items[s]);
        if (field == POL_NONE32)
            matter->strange[matter->strange_count++] = s;
        else if (matter->slots[field] == POL_NONE32)
            matter->slots[field] = s;
        else
            matter->usable = false; /* two spellings of one key */
    }
    for (uint32_t f = 0; f < code->field_count; f++) {
        if (matter->slots[f] != POL_NONE32)
            matter->places[f] = pol_window_places(&intake->window, matter->slots[f]);
    }
    matter->known = count;
    pol_intake_find_runs(intake, number);
}

/* ---- the envelope -------------------------------------------------------------------------------------------- */

#if defined(__SSE2__)
/* Which of 16 bytes are visible ASCII and nothing that must be quoted in CSV or JSON: bit i for byte i. */
static inline uint32_t plain_bytes(const char *bytes)
{
    const __m128i all = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    const __m128i quotes = _mm_or_si128(_mm_cmpeq_epi8(all, _mm_set1_epi8('"')), _mm_cmpeq_epi8(all, _mm_set1_epi8('\\')));
    const __m128i others = _mm_or_si128(_mm_cmpeq_epi8(all, _mm_set1_epi8(',')), _mm_cmpeq_epi8(all, _mm_set1_epi8(0x7f)));
    const __m128i visible = _mm_cmpgt_epi8(all, _mm_set1_epi8(0x20)); /* bytes from 0x80 on are below 0 */
    return (uint32_t)_mm_movemask_epi8(_mm_andnot_si128(_mm_or_si128(quotes, others), visible));
}

/* Whether all bytes are. */
static inline bool is_plain(const char *bytes, uint32_t length)
{
    for (; length > 16; bytes += 16, length -= 16) {
        if (plain_bytes(bytes) != 0xffff)
            return false;
    }
    return (~plain_bytes(bytes) & ((UINT32_C(1) << length) - 1)) == 0;
}
#else
/* Only visible ASCII, and nothing that must be quoted in CSV or JSON. */
static bool is_plain(const char *bytes, uint32_t length)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones * 0x80;
    uint64_t bad = 0;
    for (uint32_t at = 0; at < length; at += 8) {
        const uint32_t left = length - at;
        const uint64_t word = pol_swar_first(pol_swar_load(bytes + at), left) |
                              (left < 8 ? (ones * 'x') << 8 * left : 0);
        const uint64_t quote = word ^ (ones * '"'), comma = word ^ (ones * ','), escape = word ^ (ones * '\\'),
                       delete = word ^ (ones * 0x7f);
        bad |= word | ((word - ones * 0x21) & ~word) | ((quote - ones) & ~quote) | ((comma - ones) & ~comma) |
               ((escape - ones) & ~escape) | ((delete - ones) & ~delete);
    }
    return (bad & highs) == 0;
}
#endif

static bool is_number(pol_str text)
{
    pol_json json;
    pol_json_init(&json, text);
    return pol_json_next(&json) == POL_JSON_NUMBER && pol_json_next(&json) == POL_JSON_END;
}

/* Whether the record calls itself something that is in order; sets its bit of `plain`. */
static bool check_identity(pol_intake *intake, const pol_places *places, uint32_t record, unsigned which)
{
    const uint32_t from = pol_place_from(places, record), to = pol_place_to(places, record);
    const char *const bytes = places->bytes + from;
    const uint32_t length = to - from;
    if (!pol_intake_is_there(intake, from, to) || is_plain(bytes, length)) {
        intake->plain[record] |= (uint8_t)(1u << which);
    } else if (pol_json_utf8((pol_str){ bytes, length }) != length) {
        return false;
    }
    if (intake->window.csv || to == 0)
        return length <= POL_MAX_RECORD_TEXT;
    return bytes[-1] == '"' ? length + 2 <= POL_MAX_RECORD_TEXT
                            : length <= POL_MAX_RECORD_TEXT && is_number((pol_str){ bytes, length });
}

/* The same for all cells of usual rows. */
static void check_cells(pol_intake *intake, const pol_places *places, unsigned which)
{
    const pol_csv_rows *const rows = &intake->window.rows;
    const pol_places of = *places;
    const uint32_t *from = of.from, *to = of.to;
    for (uint32_t r = 0; r < rows->count; r++, from += of.from_stride, to += of.to_stride) {
        const uint32_t begin = *from + of.skip, length = *to - begin;
        if (length <= SHORT_TEXT && is_plain(of.bytes + begin, length))
            intake->plain[r] |= (uint8_t)(1u << which);
        else if (!check_identity(intake, places, r, which))
            rows->odd[r] = true;
    }
}

static void check_identities(pol_intake *intake)
{
    const pol_csv_rows *const rows = &intake->window.rows;
    memset(intake->plain, 0, rows->count);
    for (unsigned which = 0; which < POL_IDENTITIES; which++) {
        if (intake->identity_slots[which] == POL_NONE32)
            continue;
        const pol_places places = intake->identities[which];
        if (intake->window.csv && memchr(rows->odd, true, rows->count) == NULL) {
            check_cells(intake, &places, which);
            continue;
        }
        for (uint32_t r = 0; r < rows->count; r++) {
            if (!rows->odd[r] && !check_identity(intake, &places, r, which))
                rows->odd[r] = true;
        }
    }
}

/* The matter that the record names; POL_NONE32: the exact reader is to see. */
static uint32_t matter_of(const pol_intake *intake, const pol_places *places, uint32_t record)
{
    const uint32_t from = pol_place_from(places, record), to = pol_place_to(places, record);
    if (!pol_intake_is_there(intake, from, to))
        return intake->reader->default_matter;
    const char *const bytes = places->bytes + from;
    const int32_t found = intake->window.csv || bytes[-1] == '"' ? pol_word_set_find(&intake->names, bytes, to - from) : -1;
    return found < 0 ? POL_NONE32 : (uint32_t)found;
}

/* Whether the record holds something under a key that the matter does not know. */
static bool is_strange(const pol_intake *intake, const pol_intake_matter *matter, uint32_t record)
{
    for (uint32_t i = 0; i < matter->strange_count; i++) {
        const pol_places places = pol_window_places(&intake->window, matter->strange[i]);
        if (pol_intake_is_there(intake, pol_place_from(&places, record), pol_place_to(&places, record)))
            return true;
    }
    return false;
}

static inline pol_word_key key_at(const pol_places *places, uint32_t record)
{
    const uint32_t from = pol_place_from(places, record);
    return pol_word_key_of(places->bytes + from, pol_place_to(places, record) - from);
}

/* Whether all values are written like the first. */
static bool are_alike(const pol_places *places, uint32_t count)
{
    const pol_word_key first = key_at(places, 0);
    bool all = true;
    for (uint32_t r = 1; r < count && all; r++) {
        const pol_word_key key = key_at(places, r);
        all = pol_word_keys_agree(&first, &key);
    }
    return all;
}

/* Whether all records of CSV are usual and name the same matter, which is usual itself, without more ado. */
static bool find_only_matter(pol_intake *intake, const pol_places *places)
{
    const pol_csv_rows *const rows = &intake->window.rows;
    const bool named = intake->matter_slot != POL_NONE32;
    if (!intake->window.csv || memchr(rows->odd, true, rows->count) != NULL)
        return false;
    const uint32_t number = named ? matter_of(intake, places, 0) : intake->reader->default_matter;
    if (number == POL_NONE32 || !intake->matters[number].usable || intake->matters[number].strange_count != 0)
        return false;
    if (named && !are_alike(places, rows->count))
        return false;
    for (uint32_t r = 0; r < rows->count; r++)
        intake->matter[r] = number;
    intake->only_matter = number;
    return true;
}

static void find_matters(pol_intake *intake)
{
    const pol_csv_rows *const rows = &intake->window.rows;
    const uint32_t slot = intake->matter_slot;
    pol_places places = { .bytes = NULL };
    if (slot != POL_NONE32)
        places = pol_window_places(&intake->window, slot);
    for (uint32_t m = 0; m < intake->reader->program->matter_count; m++) {
        if (intake->matters[m].known != intake->window.slots.count)
            map_matter(intake, m);
    }
    if (find_only_matter(intake, &places))
        return;
    for (uint32_t r = 0; r < rows->count; r++) {
        intake->matter[r] = POL_NONE32;
        if (rows->odd[r])
            continue;
        const uint32_t number = slot == POL_NONE32 ? intake->reader->default_matter : matter_of(intake, &places, r);
        if (number == POL_NONE32)
            continue;
        const pol_intake_matter *const matter = &intake->matters[number];
        if (matter->usable && (matter->strange_count == 0 || !is_strange(intake, matter, r)))
            intake->matter[r] = number;
    }
}

bool pol_intake_find(pol_intake *intake, const char *bytes, size_t from, size_t length, uint32_t max_rows)
{
    intake->some_bad = false;
    pol_window_find(&intake->window, bytes, from, length, max_rows);
    if (intake->window.rows.count == 0)
        return true;
    memset(intake->bad, 0, intake->window.rows.count);
    intake->only_matter = POL_NONE32;
    find_envelope(intake);
    check_identities(intake);
    find_matters(intake);
    return !pol_arena_failed(&intake->reader->scratch);
}

bool pol_intake_group_init(pol_intake_group *group, pol_arena *arena)
{
    *group = (pol_intake_group){ .count = 0 };
    group->records = POL_NEW_ARRAY(arena, uint32_t, POL_WINDOW_ROWS);
    group->rows = POL_NEW_ARRAY(arena, uint32_t, POL_WINDOW_ROWS);
    return !pol_arena_failed(arena);
}

bool pol_intake_fill(pol_intake *intake, pol_block *block, const pol_intake_group *group)
{
    const bool *const done = intake->matters[block->code - intake->reader->program->matters].done;
    pol_intake_runs(intake, block, group);
    for (uint32_t f = 0; f < block->code->field_count; f++) {
        if (!done[f])
            pol_intake_column(intake, block, f, group);
    }
    for (uint32_t k = 0; k < group->count && intake->some_bad; k++) {
        if (intake->bad[group->records[k]])
            pol_intake_clear_row(block, group->rows[k]);
    }
    return !pol_arena_failed(&intake->reader->scratch) && !pol_arena_failed(block->arena);
}

/* ---- what is asked of a record ----------------------------------------------------------------------------------- */

pol_str pol_intake_text(const pol_intake *intake, uint32_t record)
{
    const pol_csv_rows *const rows = &intake->window.rows;
    return (pol_str){ intake->window.bytes + rows->starts[record], rows->stops[record] - rows->starts[record] };
}

pol_str pol_intake_name(const pol_intake *intake, uint32_t record, pol_identity which)
{
    if (intake->identity_slots[which] == POL_NONE32)
        return POL_STR("");
    const pol_places *const places = &intake->identities[which];
    const uint32_t from = pol_place_from(places, record), to = pol_place_to(places, record);
    return pol_intake_is_there(intake, from, to) ? (pol_str){ places->bytes + from, to - from } : POL_STR("");
}

void pol_intake_names(const pol_intake *intake, const pol_intake_group *group, const pol_row_names *names)
{
    const uint32_t *const records = group->records, *const rows = group->rows;
    uint8_t *const flags = names->flags;
    const uint8_t *const plain = intake->plain;
    for (uint32_t k = 0; k < group->count; k++)
        flags[rows[k]] = plain[records[k]] | POL_ROW_ROOMY; /* the window's slack */
    for (unsigned i = 0; i < POL_IDENTITIES; i++) {
        if (intake->identity_slots[i] == POL_NONE32)
            continue;
        const pol_places places = intake->identities[i];
        pol_str *const texts = names->texts[i];
        for (uint32_t k = 0; k < group->count; k++) {
            const uint32_t from = pol_place_from(&places, records[k]), to = pol_place_to(&places, records[k]);
            texts[rows[k]] = (pol_str){ places.bytes + from, to - from };
        }
        for (uint32_t k = 0; k < group->count && !intake->window.csv; k++) {
            const pol_str text = texts[rows[k]];
            if (pol_place_to(&places, records[k]) != 0 && text.bytes[-1] == '"')
                flags[rows[k]] |= (uint8_t)POL_ROW_QUOTED(i);
        }
    }
}

bool pol_intake_places(const pol_intake *intake, uint32_t number, uint32_t field, pol_places *places)
{
    const pol_intake_matter *const matter = &intake->matters[number];
    if (matter->slots[field] == POL_NONE32)
        return false;
    *places = matter->places[field];
    places->bytes = intake->window.bytes;
    return true;
}

bool pol_intake_gave(const pol_intake *intake, uint32_t record, uint32_t field)
{
    pol_places places;
    return pol_intake_places(intake, intake->matter[record], field, &places) &&
           pol_intake_is_there(intake, pol_place_from(&places, record), pol_place_to(&places, record));
}

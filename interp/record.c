/* Records: keys to fields in the order of checks 1 to 4 of language 14. Values are record_value.c's. */
#include "interp/record.h"

#include <string.h>

#include "interp/base/utf8.h"
#include "interp/record_value.h"

#define REPEATED UINT32_MAX /* in `given`: the key stands twice */

/* Key numbers beyond the fields. */
enum { KEY_ID, KEY_PERSON, KEY_HOUSEHOLD, KEY_MATTER, KEY_PARAMETERS, KEY_COUNT };

#define TEXT(literal) { "" literal, sizeof(literal) - 1 }
static const pol_str k_keys[KEY_COUNT] = { TEXT("编号"), TEXT("参保人"), TEXT("家庭"), TEXT("业务类型"),
                                           TEXT("参数") };
#define PARAMETER_PREFIX POL_STR("参数.")

/* ---- tables of a program ------------------------------------------------------------------------------ */

static bool lookup_add(pol_lookup *lookup, pol_str text, uint32_t number)
{
    const uint32_t before = lookup->names.count;
    const uint32_t name = pol_names_add(&lookup->names, text);
    if (name == POL_NO_NAME)
        return false;
    if (lookup->names.count == before)
        return true; /* the first of two spellings that are the same */
    if (name >= lookup->capacity) {
        const uint32_t capacity = lookup->capacity == 0 ? 16 : lookup->capacity * 2;
        uint32_t *numbers = pol_arena_grow(lookup->names.arena, lookup->numbers, lookup->capacity,
                                           capacity, sizeof *numbers);
        if (numbers == NULL)
            return false;
        lookup->numbers = numbers;
        lookup->capacity = capacity;
    }
    lookup->numbers[name] = number;
    return true;
}

/* The text as written and in the form in which texts are compared. */
static bool lookup_add_both(pol_lookup *lookup, pol_str text, uint32_t number, pol_str *key)
{
    *key = pol_utf8_key(lookup->names.arena, text);
    return lookup_add(lookup, text, number) && lookup_add(lookup, *key, number);
}

static bool init_labels(pol_reader *reader)
{
    const pol_program *const program = reader->program;
    reader->labels = POL_NEW_ARRAY(reader->arena, pol_lookup, program->label_set_count);
    reader->label_keys = POL_NEW_ARRAY(reader->arena, pol_str *, program->label_set_count);
    if (reader->labels == NULL || reader->label_keys == NULL)
        return false;
    for (uint32_t s = 0; s < program->label_set_count; s++) {
        const pol_label_set *const set = &program->label_sets[s];
        pol_names_init(&reader->labels[s].names, reader->arena);
        reader->label_keys[s] = POL_NEW_ARRAY(reader->arena, pol_str, set->count);
        if (reader->label_keys[s] == NULL)
            return false;
        for (uint32_t i = 0; i < set->count; i++) {
            if (!lookup_add_both(&reader->labels[s], set->labels[i], i, &reader->label_keys[s][i]))
                return false;
        }
    }
    return true;
}

static bool init_texts(pol_reader *reader)
{
    const pol_program *const program = reader->program;
    pol_names_init(&reader->texts.names, reader->arena);
    reader->text_keys = POL_NEW_ARRAY(reader->arena, pol_str, program->text_count);
    if (reader->text_keys == NULL)
        return false;
    for (uint32_t i = 0; i < program->text_count; i++) {
        if (!lookup_add_both(&reader->texts, program->texts[i], i, &reader->text_keys[i]))
            return false;
    }
    return true;
}

static bool init_matter(pol_reader *reader, uint32_t number)
{
    const pol_code *const code = &reader->program->matters[number];
    pol_reader_matter *const matter = &reader->matters[number];
    pol_arena *const arena = reader->arena;
    pol_str key;
    pol_names_init(&matter->keys.names, arena);
    pol_names_init(&matter->parameters.names, arena);
    matter->given = POL_NEW_ARRAY(arena, uint32_t, code->field_count);
    matter->default_tiers = POL_NEW_ARRAY(arena, uint32_t, code->field_count);
    if (matter->given == NULL || matter->default_tiers == NULL)
        return false;
    for (uint32_t i = 0; i < KEY_COUNT; i++) {
        if (!lookup_add(&matter->keys, k_keys[i], code->field_count + i))
            return false;
    }
    for (uint32_t f = 0; f < code->field_count; f++) {
        const bool parameter = code->fields[f].role == POL_ROLE_PARAMETER;
        matter->open = matter->open || parameter;
        if (!lookup_add_both(parameter ? &matter->parameters : &matter->keys, code->fields[f].name, f,
                             &key))
            return false;
    }
    return true;
}

bool pol_reader_init(pol_reader *reader, pol_arena *arena, const pol_program *program,
                     uint32_t default_matter)
{
    /* a script without 业务 has nothing to choose */
    const bool nameless = program->matter_count == 1 && program->matters[0].matter.length == 0;
    *reader = (pol_reader){ .program = program, .arena = arena, .default_matter = nameless ? 0 : default_matter };
    pol_arena_init(&reader->scratch, &arena->allocator);
    pol_names_init(&reader->matter_names.names, arena);
    reader->matters = POL_NEW_ARRAY(arena, pol_reader_matter, program->matter_count);
    if (reader->matters == NULL || !init_labels(reader) || !init_texts(reader))
        return false;
    for (uint32_t m = 0; m < program->matter_count; m++) {
        pol_str key;
        if (!lookup_add_both(&reader->matter_names, program->matters[m].matter, m, &key) ||
            !init_matter(reader, m))
            return false;
    }
    pol_reader_clear(reader);
    return !pol_arena_failed(arena);
}

void pol_reader_fini(pol_reader *reader)
{
    pol_arena_reset(&reader->scratch);
}

void pol_reader_clear(pol_reader *reader)
{
    pol_arena_reset(&reader->scratch);
    pol_names_init(&reader->block_texts, &reader->scratch);
    for (uint32_t m = 0; m < reader->program->matter_count; m++) {
        for (uint32_t f = 0; f < reader->program->matters[m].field_count; f++)
            reader->matters[m].default_tiers[f] = POL_TIERS_ABSENT;
    }
}

uint32_t pol_reader_matter_number(pol_reader *reader, pol_str name)
{
    return pol_lookup_find(&reader->matter_names, &reader->scratch, name);
}

/* ---- the envelope --------------------------------------------------------------------------------------- */

/* 编号, 参保人, 家庭: what is echoed and what it says. False when it is neither text nor number. */
static bool read_identity(pol_reader *reader, const pol_pair *pair, pol_str *raw, pol_str *content)
{
    pol_str text = pair->value;
    if (pair->kind == POL_V_STRING) {
        if (!pol_json_decode(&reader->scratch, pair->value, pair->escaped, &text))
            return false;
    } else if (pair->kind != POL_V_NUMBER && pair->kind != POL_V_CELL) {
        return false;
    }
    if (pair->value.length > POL_MAX_RECORD_TEXT)
        return false;
    *content = text;
    *raw = pair->value;
    if (pair->kind == POL_V_CELL) {
        pol_text quoted;
        pol_text_init(&quoted, &reader->scratch);
        pol_json_write_string(&quoted, text);
        *raw = pol_text_str(&quoted);
    }
    return true;
}

static void find_in_key(pol_reader *reader, pol_record *record, unsigned key, const char *zh,
                        const char *en)
{
    const pol_str field = k_keys[key];
    pol_find(&reader->scratch, &record->error, POL_ERR_BAD_VALUE, field, zh, en, field, field);
}

static void read_matter(pol_reader *reader, pol_record *record, const pol_pair *pair)
{
    const pol_str field = POL_STR("业务类型");
    pol_str name = pair->value;
    if (pair->kind != POL_V_CELL &&
        (pair->kind != POL_V_STRING ||
         !pol_json_decode(&reader->scratch, pair->value, pair->escaped, &name))) {
        find_in_key(reader, record, KEY_MATTER, "“业务类型”应为文字", "业务类型 must be a text");
        return;
    }
    record->matter = pol_reader_matter_number(reader, name);
    if (record->matter != POL_NONE32)
        return;
    pol_str names[32];
    uint32_t count = 0;
    while (count < 32 && count < reader->program->matter_count) {
        names[count] = reader->program->matters[count].matter;
        count++;
    }
    const pol_str near = count == 1 ? names[0] : pol_nearest(names, count, name);
    if (near.length != 0)
        pol_find(&reader->scratch, &record->error, POL_ERR_BAD_VALUE, field,
                 "这个政策没有业务“{0}”，是否想写“{1}”？",
                 "the policy has no matter “{0}”; did you mean “{1}”?",
                 name.length > 256 ? POL_STR("…") : name, near);
    else
        pol_find(&reader->scratch, &record->error, POL_ERR_BAD_VALUE, field,
                 "这个政策没有业务“{0}”", "the policy has no matter “{0}”",
                 name.length > 256 ? POL_STR("…") : name, near);
}

/* Number of the pair with each key of the envelope + 1, 0: none, REPEATED. */
static void find_pairs(const pol_reader *reader, uint32_t found[KEY_COUNT])
{
    memset(found, 0, KEY_COUNT * sizeof *found);
    for (size_t i = 0; i < reader->pairs.count; i++) {
        const pol_str key = reader->pairs.items[i].key;
        if (key.length > k_keys[KEY_MATTER].length)
            continue;
        for (unsigned k = 0; k < KEY_COUNT; k++) {
            if (pol_str_equal(key, k_keys[k]))
                found[k] = found[k] == 0 ? (uint32_t)i + 1 : REPEATED;
        }
    }
}

/* Check 1 but for the form of the record; then 编号, 参保人, 家庭. */
static void read_envelope(pol_reader *reader, pol_record *record)
{
    pol_str *const raw[3] = { &record->id, &record->person, &record->household };
    pol_str *const content[3] = { &record->id_text, &record->person_text,
                                  &record->household_text };
    unsigned bad = KEY_COUNT;
    uint32_t found[KEY_COUNT];
    find_pairs(reader, found);
    for (unsigned i = 0; i < 3; i++) {
        const uint32_t pair = found[i];
        if (pair == 0)
            continue;
        if (pair == REPEATED ||
            !read_identity(reader, &reader->pairs.items[pair - 1], raw[i], content[i]))
            bad = bad == KEY_COUNT ? i : bad;
    }
    if (record->error.code != POL_ERR_NONE)
        return;
    const uint32_t matter = found[KEY_MATTER];
    if (matter == REPEATED) {
        find_in_key(reader, record, KEY_MATTER, "“业务类型”写了两次", "业务类型 is given twice");
    } else if (matter != 0) {
        read_matter(reader, record, &reader->pairs.items[matter - 1]);
    } else if (reader->default_matter != POL_NONE32) {
        record->matter = reader->default_matter;
    } else {
        const pol_str field = POL_STR("业务类型");
        pol_find(&reader->scratch, &record->error, POL_ERR_MISSING, field,
                 "缺少“业务类型”，不知道按哪项业务结算", "业务类型 is missing: the matter is unknown",
                 field, field);
    }
    if (record->error.code == POL_ERR_NONE && bad != KEY_COUNT)
        find_in_key(reader, record, bad, "“{0}”应为文字或数，不超过 4096 字节，只写一次",
                    "{0} must be a text or a number of at most 4096 bytes, given once");
}

/* ---- from JSON to pairs ------------------------------------------------------------------------------------ */

static uint8_t kind_of(pol_json_event event)
{
    switch (event) {
    case POL_JSON_STRING: return POL_V_STRING;
    case POL_JSON_NUMBER: return POL_V_NUMBER;
    case POL_JSON_TRUE: return POL_V_TRUE;
    case POL_JSON_FALSE: return POL_V_FALSE;
    case POL_JSON_ARRAY: return POL_V_ARRAY;
    case POL_JSON_OBJECT: return POL_V_OBJECT;
    default: return POL_V_NULL;
    }
}

/* The members of the object that the reader has just entered. False when the text is not JSON. */
static bool collect(pol_reader *reader, pol_json *json, pol_pairs *pairs)
{
    pairs->count = 0;
    for (;;) {
        pol_json_event event = pol_json_next(json);
        if (event != POL_JSON_KEY)
            return event == POL_JSON_OBJECT_END;
        pol_pair pair;
        if (!pol_json_decode(&reader->scratch, json->token, json->escaped, &pair.key))
            pair.key = json->token; /* with its quotes it is the name of nothing */
        event = pol_json_next(json);
        pair.kind = kind_of(event);
        pair.escaped = json->escaped;
        pair.value = json->token;
        if (event == POL_JSON_ERROR)
            return false;
        if (event == POL_JSON_OBJECT || event == POL_JSON_ARRAY) {
            if (!pol_json_skip(json))
                return false;
            pair.value.length = (size_t)(json->text.bytes + json->at - pair.value.bytes);
        } else if (event == POL_JSON_STRING && json->escaped) {
            pol_str content;
            if (!pol_json_decode(&reader->scratch, pair.value, true, &content))
                pair.kind = POL_V_BROKEN;
        }
        if (!POL_PUSH(reader->arena, *pairs, pair))
            return false;
    }
}

/* "第 3 行第 12 列：…" */
static void find_at(pol_reader *reader, pol_record *record, pol_str text, size_t at, const char *zh,
                    const char *en)
{
    unsigned long column = 1;
    for (size_t i = 0; i < at; i++)
        column += ((unsigned char)text.bytes[i] & 0xc0) != 0x80;
    pol_text place_zh, place_en;
    pol_text_init(&place_zh, &reader->scratch);
    pol_text_init(&place_en, &reader->scratch);
    if (record->line != 0) {
        pol_text_format(&place_zh, "第 %llu 行", (unsigned long long)record->line);
        pol_text_format(&place_en, "line %llu, ", (unsigned long long)record->line);
    }
    pol_text_format(&place_zh, "第 %lu 列：%s", column, zh);
    pol_text_format(&place_en, "column %lu: %s", column, en);
    record->error = (pol_finding){ .code = POL_ERR_BAD_VALUE,
                                   .field = POL_STR(""),
                                   .zh = pol_text_str(&place_zh),
                                   .en = pol_text_str(&place_en) };
}

static bool no_memory(const pol_reader *reader)
{
    return pol_arena_failed(reader->arena) || pol_arena_failed(&reader->scratch);
}

static void begin_record(pol_record *record)
{
    *record = (pol_record){ .line = record->line, .matter = POL_NONE32 };
}

/* The pairs of the text; record->error when it is not a JSON object. */
static void split(pol_reader *reader, pol_str text, pol_record *record)
{
    const size_t valid = pol_json_utf8(text);
    if (valid != text.length) {
        find_at(reader, record, text, valid, "这里不是 UTF-8 编码的文字", "this is not UTF-8");
        return;
    }
    pol_json json;
    pol_json_init(&json, text);
    const pol_json_event first = pol_json_next(&json);
    if (first != POL_JSON_ERROR && first != POL_JSON_OBJECT) {
        find_at(reader, record, text, 0, "记录应为一个 JSON 对象 { … }",
                "a record is one JSON object { … }");
        return;
    }
    if (first == POL_JSON_OBJECT && collect(reader, &json, &reader->pairs) &&
        pol_json_next(&json) == POL_JSON_END)
        return;
    if (json.problem != 0)
        find_at(reader, record, text, json.at, pol_json_problem(&json, POL_ZH),
                pol_json_problem(&json, POL_EN));
}

bool pol_reader_json(pol_reader *reader, pol_str text, pol_record *record)
{
    begin_record(record);
    reader->pairs.count = 0;
    if (text.length > POL_MAX_RECORD_BYTES)
        find_at(reader, record, text, 0, "记录超过 1 MiB", "the record is longer than 1 MiB");
    else
        split(reader, text, record);
    read_envelope(reader, record);
    return !no_memory(reader);
}

bool pol_reader_cells(pol_reader *reader, pol_record *record)
{
    begin_record(record);
    read_envelope(reader, record);
    return !no_memory(reader);
}

/* ---- pairs to fields -------------------------------------------------------------------------------------- */

static pol_str key_name(const pol_code *code, uint32_t number)
{
    return number < code->field_count ? code->fields[number].name
                                      : k_keys[number - code->field_count];
}

/* What the key at this position is; most records have the same keys in the same order. */
static uint32_t find_key(pol_reader *reader, pol_reader_matter *matter, const pol_code *code,
                         pol_str key, size_t position)
{
    if (position < matter->expected_count) {
        const uint32_t expected = matter->expected[position];
        if (pol_str_equal(key_name(code, expected), key))
            return expected;
    }
    const uint32_t number = pol_lookup_find(&matter->keys, &reader->scratch, key);
    if (number == POL_NONE32 || position >= code->field_count + KEY_COUNT)
        return number;
    if (matter->expected == NULL)
        matter->expected = POL_NEW_ARRAY(reader->arena, uint32_t, code->field_count + KEY_COUNT);
    if (matter->expected != NULL && position <= matter->expected_count) {
        matter->expected[position] = number;
        if (position == matter->expected_count)
            matter->expected_count++;
    }
    return number;
}

static void find_unknown(pol_reader *reader, pol_record *record, const pol_code *code, pol_str path,
                         pol_str key, bool parameters)
{
    if (record->unknown.code != POL_ERR_NONE)
        return;
    pol_str best = POL_STR("");
    for (uint32_t f = 0; f < code->field_count; f++) {
        if ((code->fields[f].role == POL_ROLE_PARAMETER) != parameters)
            continue;
        const pol_str near = pol_nearest(&code->fields[f].name, 1, key);
        if (near.length != 0 && (best.length == 0 || pol_str_distance(near, key, 64) <
                                                         pol_str_distance(best, key, 64)))
            best = near;
    }
    const pol_str copy = pol_str_copy(&reader->scratch, path);
    if (best.length != 0)
        pol_find(&reader->scratch, &record->unknown, POL_ERR_UNKNOWN, copy,
                 "不认识字段“{0}”，是否想写“{1}”？", "{0} is not a field here; did you mean {1}?",
                 copy, best);
    else
        pol_find(&reader->scratch, &record->unknown, POL_ERR_UNKNOWN, copy, "不认识字段“{0}”",
                 "{0} is not a field here", copy, best);
}

static void mark_given(uint32_t *given, size_t pair)
{
    *given = *given == 0 ? (uint32_t)pair + 1 : REPEATED;
}

static bool starts_with(pol_str text, pol_str prefix)
{
    return text.length >= prefix.length && memcmp(text.bytes, prefix.bytes, prefix.length) == 0;
}

/* A CSV column 参数.X: into the inner pairs. */
static bool take_parameter_cell(pol_reader *reader, const pol_pair *pair)
{
    pol_pair inner = *pair;
    inner.key.bytes += PARAMETER_PREFIX.length;
    inner.key.length -= PARAMETER_PREFIX.length;
    return POL_PUSH(reader->arena, reader->inner, inner);
}

/* Which pair each field has; the first unknown key. Returns the pair of 参数 + 1, 0 or REPEATED. */
static uint32_t assign(pol_reader *reader, pol_record *record, pol_reader_matter *matter,
                       const pol_code *code)
{
    uint32_t parameters = 0;
    reader->inner.count = 0;
    if (code->field_count != 0)
        memset(matter->given, 0, code->field_count * sizeof *matter->given);
    for (size_t i = 0; i < reader->pairs.count; i++) {
        const pol_pair *const pair = &reader->pairs.items[i];
        if (pair->kind == POL_V_CELL && starts_with(pair->key, PARAMETER_PREFIX)) {
            if (!matter->open)
                find_unknown(reader, record, code, POL_STR("参数"), POL_STR("参数"), false);
            else
                take_parameter_cell(reader, pair);
            continue;
        }
        const uint32_t number = find_key(reader, matter, code, pair->key, i);
        if (number == POL_NONE32)
            find_unknown(reader, record, code, pair->key, pair->key, false);
        else if (number < code->field_count)
            mark_given(&matter->given[number], i);
        else if (number == code->field_count + KEY_PARAMETERS && !matter->open)
            find_unknown(reader, record, code, pair->key, pair->key, false);
        else if (number == code->field_count + KEY_PARAMETERS)
            mark_given(&parameters, i);
    }
    return parameters;
}

/* ---- fields in order ---------------------------------------------------------------------------------------- */

static void put_default(const pol_cell *cell, pol_reader_matter *matter, uint32_t number)
{
    const pol_constant *const constant =
        &cell->block->code->constants[cell->field->default_constant];
    if (cell->field->type == POL_F_TIERS) {
        uint32_t *const schedule = &matter->default_tiers[number];
        if (*schedule == POL_TIERS_ABSENT && constant->tiers != NULL) {
            *schedule = pol_block_add_tiers(cell->block, constant->tiers);
            if (*schedule == POL_TIERS_ABSENT)
                cell->reader->scratch.failed = true;
        }
        pol_cell_put_tiers(cell, *schedule);
    } else if (constant->number == POL_NUM_ABSENT) {
        pol_cell_put_absent(cell);
    } else {
        pol_cell_put(cell, pol_port_of(constant->number));
    }
}

bool pol_cell_default(const pol_cell *cell)
{
    const pol_field_def *const field = cell->field;
    const uint32_t number = (uint32_t)(field - cell->block->code->fields);
    if (field->role == POL_ROLE_ACCUMULATOR)
        pol_cell_put(cell, 0);
    else if (field->has_default)
        put_default(cell, &cell->reader->matters[cell->block->code - cell->reader->program->matters], number);
    else if (field->optional)
        pol_cell_put_absent(cell);
    else
        return false;
    return true;
}

/* One field of the record: its value, its default, or record->error. */
static void fill_field(const pol_cell *cell, pol_reader_matter *matter, uint32_t number,
                       const pol_pairs *pairs)
{
    pol_reader *const reader = cell->reader;
    const uint32_t given = matter->given[number];
    if (given == REPEATED) {
        const pol_str path = pol_field_path(&reader->scratch, cell->field);
        pol_find(&reader->scratch, &cell->record->error, POL_ERR_BAD_VALUE, path,
                 "“{0}”写了两次", "{0} is given twice", path, path);
    } else if (given != 0) {
        pol_cell_read(cell, &pairs->items[given - 1], &cell->record->error);
    } else if (!pol_cell_default(cell)) {
        const pol_str path = pol_field_path(&reader->scratch, cell->field);
        pol_find(&reader->scratch, &cell->record->error, POL_ERR_MISSING, path, "缺少“{0}”",
                 "{0} is missing", path, path);
    }
}

static void fill_fields(pol_cell *cell, pol_reader_matter *matter, uint32_t from, uint32_t to,
                        const pol_pairs *pairs)
{
    const pol_code *const code = cell->block->code;
    for (uint32_t f = from; f < to && cell->record->error.code == POL_ERR_NONE; f++) {
        cell->field = &code->fields[f];
        fill_field(cell, matter, f, pairs);
    }
}

/* The members of 参数 into the inner pairs. */
static bool open_parameters(pol_reader *reader, pol_record *record, uint32_t given)
{
    const pol_pair *const pair = given == REPEATED ? NULL : &reader->pairs.items[given - 1];
    if (pair == NULL || pair->kind != POL_V_OBJECT) {
        find_in_key(reader, record, KEY_PARAMETERS, "“参数”应为一个对象 { … }，只写一次",
                    "参数 must be one object { … }, given once");
        return false;
    }
    pol_json json;
    pol_json_init(&json, pair->value);
    pol_json_next(&json);
    return collect(reader, &json, &reader->inner);
}

/* Check 3, and the unknown keys under 参数. */
static void fill_parameters(pol_cell *cell, pol_reader_matter *matter, uint32_t given)
{
    pol_reader *const reader = cell->reader;
    pol_record *const record = cell->record;
    const pol_code *const code = cell->block->code;
    if (given != 0 && !open_parameters(reader, record, given))
        return;
    if (given == 0 && reader->inner.count == 0 && code->parameters_required) {
        const pol_str field = POL_STR("参数");
        pol_find(&reader->scratch, &record->error, POL_ERR_MISSING, field,
                 "缺少“参数”：本业务有由统筹区定的参数", "参数 is missing: the matter has parameters set by "
                 "the region", field, field);
        return;
    }
    for (size_t i = 0; i < reader->inner.count; i++) {
        const pol_pair *const pair = &reader->inner.items[i];
        const uint32_t number = pol_lookup_find(&matter->parameters, &reader->scratch, pair->key);
        if (number != POL_NONE32) {
            mark_given(&matter->given[number], i);
            continue;
        }
        pol_text path;
        pol_text_init(&path, &reader->scratch);
        pol_text_add(&path, PARAMETER_PREFIX);
        pol_text_add(&path, pair->key);
        find_unknown(reader, record, code, pol_text_str(&path), pair->key, true);
    }
    fill_fields(cell, matter, code->input_count + code->accum_field_count, code->field_count,
                &reader->inner);
}

bool pol_record_fill(pol_reader *reader, pol_record *record, pol_block *block, uint32_t row)
{
    const pol_code *const code = block->code;
    pol_reader_matter *const matter = &reader->matters[record->matter];
    pol_cell cell = { .reader = reader, .record = record, .block = block, .row = row };
    const uint32_t parameters = assign(reader, record, matter, code);
    fill_fields(&cell, matter, 0, code->input_count + code->accum_field_count, &reader->pairs);
    if (record->error.code == POL_ERR_NONE && matter->open)
        fill_parameters(&cell, matter, parameters);
    return !no_memory(reader);
}

bool pol_reader_gave(const pol_reader *reader, uint32_t matter, uint32_t field)
{
    return reader->matters[matter].given[field] != 0;
}

/* ---- afterwards ------------------------------------------------------------------------------------------- */

pol_str pol_reader_text_key(const pol_reader *reader, int32_t code)
{
    const uint32_t number = (uint32_t)code, constants = reader->program->text_count;
    if (number < constants)
        return reader->text_keys[number];
    return number - constants < reader->block_texts.count
               ? reader->block_texts.names[number - constants]
               : POL_STR("");
}

pol_str pol_reader_text(const pol_reader *reader, const pol_record *record, int32_t code)
{
    if ((uint32_t)code < reader->program->text_count)
        return reader->program->texts[code];
    for (uint32_t i = 0; record != NULL && i < record->spelling_count; i++) {
        if (record->spellings[i].code == code)
            return record->spellings[i].text;
    }
    return pol_reader_text_key(reader, code);
}

/* 说明 for findings that bring none of their own. */
static void explain(pol_arena *arena, pol_finding *finding)
{
    static const char *const texts[][2] = {
        [POL_ERR_NONE] = { "", "" },
        [POL_ERR_MISSING] = { "缺少“{0}”，结算时需要它的值", "{0} is missing, and its value is needed" },
        [POL_ERR_UNKNOWN] = { "不认识字段“{0}”", "{0} is not a field here" },
        [POL_ERR_BAD_VALUE] = { "“{0}”的值不对", "the value of {0} is wrong" },
        [POL_ERR_CONTRADICTION] = { "“{0}”与其他字段矛盾", "{0} contradicts other fields" },
        [POL_ERR_OUT_OF_BOUNDS] = { "“{0}”超出政策规定的范围", "{0} is outside the bounds of the policy" },
        [POL_ERR_NOT_IN_FORCE] = { "“{0}”不在政策执行期内", "the policy is not in force on {0}" },
        [POL_ERR_OUT_OF_RANGE] = { "“{0}”的数值超出可计算的范围，或除数为零",
                                   "{0} is beyond the range of values, or a divisor is zero" },
    };
    pol_find(arena, finding, finding->code, finding->field, texts[finding->code][0],
             texts[finding->code][1], finding->field, finding->field);
}

pol_finding pol_record_verdict(pol_reader *reader, const pol_record *record, const pol_block *block,
                               uint32_t row)
{
    if (record->error.code != POL_ERR_NONE)
        return record->error;
    if (block->fault[row] == POL_FAULT_NONE)
        return record->unknown;
    const pol_sink *const sink = &block->code->sinks[block->fault_sink[row]];
    if (record->unknown.code != POL_ERR_NONE && sink->phase != POL_PHASE_REQUIRED)
        return record->unknown;
    pol_finding finding = { .code = POL_ERR_NONE };
    pol_str message = POL_STR("");
    finding.code = pol_vm_error(block, row, &reader->scratch, &finding.field, &message);
    if (message.length == 0)
        explain(&reader->scratch, &finding);
    else
        finding.zh = finding.en = message;
    return finding;
}

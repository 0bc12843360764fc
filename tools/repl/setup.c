/* Policies and what a claim gives: load, reload, set, unset, params, state. */
#include "tools/repl/repl.h"

#include "tools/superior.h"

#define LARGEST_SCRIPT ((size_t)5 << 20)

bool repl_needs_policy(repl *r)
{
    if (r->stepper == NULL)
        repl_tell(r, REPL_M_NO_POLICY);
    return r->stepper != NULL;
}

bool repl_needs_matter(repl *r)
{
    if (!repl_needs_policy(r))
        return false;
    if (pol_stepper_matter(r->stepper) != NULL)
        return true;
    char names[512] = "";
    const char *name;
    for (size_t i = 0; (name = pol_stepper_matters(r->stepper, i)) != NULL; i++) {
        if (strlen(names) + strlen(name) + 8 < sizeof names) {
            strcat(names, i == 0 ? "" : r->t->lang == POL_ZH ? "、" : ", ");
            strcat(names, name);
        }
    }
    repl_tell(r, REPL_M_NO_MATTER, names);
    return false;
}

bool repl_needs_claim(repl *r)
{
    if (!repl_needs_policy(r))
        return false;
    if (!r->has_claim)
        repl_tell(r, REPL_M_NO_CLAIM);
    return r->has_claim;
}

const pol_claim_field *repl_find_field(repl *r, const char *name)
{
    const pol_claim_field *field;
    for (size_t i = 0; (field = pol_stepper_field(r->stepper, i)) != NULL; i++) {
        if (strcmp(field->name, name) == 0)
            return field;
    }
    return NULL;
}

void repl_refuse_name(repl *r, const char *name)
{
    tool_nearest nearest = tool_nearest_start(name);
    const char *known;
    for (size_t i = 0; (known = pol_stepper_name(r->stepper, i)) != NULL; i++)
        tool_nearest_try(&nearest, known);
    for (size_t i = 0; nearest.found == NULL && (known = pol_stepper_name(r->stepper, i)) != NULL; i++)
        nearest.found = strncmp(known, name, strlen(name)) == 0 ? known : NULL;
    if (nearest.found == NULL)
        repl_tell(r, REPL_M_NO_NAME, name);
    else
        repl_tell(r, REPL_M_NEAREST_NAME, name, nearest.found);
}

void repl_refuse_field(repl *r, const char *name)
{
    tool_nearest nearest = tool_nearest_start(name);
    const pol_claim_field *field;
    for (size_t i = 0; (field = pol_stepper_field(r->stepper, i)) != NULL; i++) {
        if (field->role != POL_IS_FIXED_PARAMETER)
            tool_nearest_try(&nearest, field->name);
    }
    if (nearest.found == NULL)
        repl_tell(r, REPL_M_NO_FIELD, name);
    else
        repl_tell(r, REPL_M_NEAREST_FIELD, name, nearest.found);
}

/* ---- policies -------------------------------------------------------------------------------------------- */

unsigned long long repl_hash(const char *bytes, size_t length)
{
    unsigned long long hash = 0xcbf29ce484222325u; /* FNV-1a */
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3u;
    return hash;
}

static unsigned long long hash_script(pol_stepper *stepper)
{
    const char *name, *text;
    size_t length;
    unsigned long long hash = 0;
    for (size_t i = 0; pol_stepper_source(stepper, i, &name, &text, &length); i++)
        hash = hash * 31 + repl_hash(text, length);
    return hash;
}

/* A script without errors and a stepper over it; false after its errors have been shown. */
static bool read_policy(repl *r, const char *name, pol_script **script, pol_stepper **stepper)
{
    int status;
    *stepper = NULL;
    *script = tool_read_script(r->t, name, &status);
    if (*script == NULL)
        return false;
    if (status == TOOL_DONE && pol_stepper_new(*script, r->t->lang, stepper) == POL_OK)
        return true;
    (void)pol_script_diagnostics(*script, POL_TEXT, r->t->lang, r->t->color, repl_writer(r));
    pol_script_free(*script);
    *script = NULL;
    return false;
}

static void use_policy(repl *r, pol_script *script, pol_stepper *stepper)
{
    pol_stepper_free(r->stepper);
    pol_script_free(r->script);
    r->script = script;
    r->stepper = stepper;
    r->hash = hash_script(stepper);
    r->position = 0;
}

static size_t count_matters(pol_stepper *stepper)
{
    size_t count = 0;
    while (pol_stepper_matters(stepper, count) != NULL)
        count++;
    return count;
}

void repl_load_policy(repl *r, const char *name)
{
    pol_script *script;
    pol_stepper *stepper;
    char *copy = repl_copy(name);
    if (copy == NULL || !read_policy(r, name, &script, &stepper)) {
        free(copy);
        if (r->stepper != NULL)
            repl_tell(r, REPL_M_KEPT_OLD, name);
        return;
    }
    use_policy(r, script, stepper);
    free(r->policy);
    r->policy = copy;
    r->has_claim = false;
    repl_tell(r, REPL_M_WELCOME, name, repl_number(count_matters(stepper)).text);
}

void repl_do_load(repl *r, char *operands)
{
    if (operands[0] == '\0') {
        repl_usage(r, "load");
        return;
    }
    if (tool_ends_in(operands, ".pol")) {
        repl_load_policy(r, operands);
        return;
    }
    size_t length;
    char *read = tool_read_file(r->t, operands, LARGEST_SCRIPT, &length);
    char *text = read == NULL ? NULL : realloc(read, length + 1);
    if (text == NULL) {
        free(read);
        return;
    }
    text[length] = '\0';
    if (repl_is_session(text))
        repl_load_session(r, operands, text);
    else
        repl_tell(r, REPL_M_NO_SESSION, operands);
    free(text);
}

/* ---- the claim as it is ---------------------------------------------------------------------------------- */

typedef struct collected {
    char *text;
    size_t length;
} collected;

static bool collect(void *user, const char *bytes, size_t length)
{
    collected *c = user;
    char *grown = realloc(c->text, c->length + length + 1);
    if (grown == NULL)
        return false;
    c->text = grown;
    memcpy(c->text + c->length, bytes, length);
    c->length += length;
    c->text[c->length] = '\0';
    return true;
}

char *repl_claim_text(repl *r)
{
    collected c = { NULL, 0 };
    if (pol_stepper_write(r->stepper, (pol_writer){ collect, &c }) == POL_OK)
        return c.text;
    free(c.text);
    return NULL;
}

void repl_do_reload(repl *r, char *operands)
{
    (void)operands;
    if (!repl_needs_policy(r))
        return;
    pol_script *script;
    pol_stepper *stepper;
    if (!read_policy(r, r->policy, &script, &stepper)) {
        repl_tell(r, REPL_M_KEPT_OLD, r->policy);
        return;
    }
    char *claim = repl_claim_text(r);
    const size_t position = r->position;
    const unsigned long long before = r->hash;
    use_policy(r, script, stepper);
    repl_tell(r, r->hash == before ? REPL_M_UNCHANGED : REPL_M_RELOADED, r->policy);
    if (r->has_claim && claim != NULL) {
        (void)pol_stepper_claim(stepper, claim, strlen(claim));
        repl_go(r, position <= pol_stepper_count(stepper) ? position : 0);
    }
    free(claim);
}

pol_stepper *repl_fork(repl *r)
{
    pol_stepper *fork = NULL;
    char *claim = repl_claim_text(r);
    if (claim != NULL && pol_stepper_new(r->script, r->t->lang, &fork) == POL_OK)
        (void)pol_stepper_claim(fork, claim, strlen(claim));
    free(claim);
    if (fork == NULL)
        tool_error(r->t, TOOL_M_NO_MEMORY);
    return fork;
}

void repl_put_rejection(repl *r, pol_stepper *stepper)
{
    const pol_step *error = pol_stepper_at(stepper, 1), *field = pol_stepper_at(stepper, 2);
    const bool has_field = field != NULL && strcmp(field->kind, "字段") == 0;
    char about[1024];
    snprintf(about, sizeof about, "%s%s%s%s%s", error == NULL ? "" : error->value, has_field ? " " : "",
             has_field ? field->value : "",
             error == NULL || error->note[0] == '\0' ? "" : r->t->lang == POL_ZH ? "：" : ": ",
             error == NULL ? "" : error->note);
    repl_tell(r, REPL_M_REJECTED, about);
}

void repl_report(repl *r, pol_status status)
{
    r->has_claim = true;
    r->position = 0;
    if (status == POL_NO_MEMORY) {
        tool_error(r->t, TOOL_M_NO_MEMORY);
    } else if (status == POL_FINDINGS) {
        repl_put_rejection(r, r->stepper);
    } else {
        repl_tell(r, REPL_M_SETTLED, repl_number(pol_stepper_count(r->stepper)).text);
    }
}

/* ---- changing it ------------------------------------------------------------------------------------------ */

static bool is_envelope(const char *name)
{
    return strcmp(name, "编号") == 0 || strcmp(name, "参保人") == 0 || strcmp(name, "家庭") == 0 ||
           strcmp(name, "业务类型") == 0;
}

static pol_status put_text(repl *r, const char *name, const char *text)
{
    if (text[0] == '"')
        return pol_stepper_put(r->stepper, name, text);
    char *quoted = malloc(2 * strlen(text) + 3), *to = quoted;
    if (quoted == NULL)
        return POL_NO_MEMORY;
    *to++ = '"';
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            *to++ = '\\';
        *to++ = *at;
    }
    strcpy(to, "\"");
    const pol_status status = pol_stepper_put(r->stepper, name, quoted);
    free(quoted);
    return status;
}

void repl_do_set(repl *r, char *operands)
{
    char *name, *value;
    if (!repl_needs_policy(r))
        return;
    if (!repl_split_equals(operands, &name, &value)) {
        repl_usage(r, "set");
        return;
    }
    pol_status status;
    if (is_envelope(name)) {
        status = put_text(r, name, value);
    } else {
        if (!repl_needs_matter(r))
            return;
        const pol_claim_field *field = repl_find_field(r, name);
        if (field == NULL || field->role == POL_IS_FIXED_PARAMETER) {
            repl_refuse_field(r, name);
            return;
        }
        status = pol_stepper_set(r->stepper, name, value, r->position, repl_writer(r));
        if (status == POL_BAD_ARGUMENT)
            return; /* said */
    }
    repl_report(r, status);
}

void repl_do_unset(repl *r, char *operands)
{
    if (!repl_needs_claim(r))
        return;
    const pol_status status = pol_stepper_put(r->stepper, operands, NULL);
    if (status == POL_BAD_ARGUMENT)
        repl_refuse_field(r, operands);
    else
        repl_report(r, status);
}

/* ---- looking at them --------------------------------------------------------------------------------------- */

void repl_put_takes(repl *r, const pol_claim_field *field)
{
    static const repl_message k_takes[] = {
        [POL_TAKES_AMOUNT] = REPL_M_TAKES_AMOUNT, [POL_TAKES_RATIO] = REPL_M_TAKES_RATIO,
        [POL_TAKES_INTEGER] = REPL_M_TAKES_INTEGER, [POL_TAKES_YESNO] = REPL_M_TAKES_YESNO,
        [POL_TAKES_DATE] = REPL_M_TAKES_DATE, [POL_TAKES_TEXT] = REPL_M_TAKES_TEXT,
        [POL_TAKES_LABEL] = REPL_M_TAKES_LABEL, [POL_TAKES_LABELS] = REPL_M_TAKES_LABELS,
        [POL_TAKES_TIERS] = REPL_M_TAKES_TIERS,
    };
    repl_put(r, repl_word(r, k_takes[field->takes]));
    for (size_t i = 0; i < field->label_count; i++) {
        repl_put(r, i == 0 ? (r->t->lang == POL_ZH ? "：" : ": ") : r->t->lang == POL_ZH ? "、" : ", ");
        repl_put(r, field->labels[i]);
    }
}

/* Columns of the longest name of these fields. */
static int widest_name(repl *r, bool parameters)
{
    int widest = 0;
    const pol_claim_field *field;
    for (size_t i = 0; (field = pol_stepper_field(r->stepper, i)) != NULL; i++) {
        const int width = tool_text_width(field->name);
        if ((field->role >= POL_IS_OPEN_PARAMETER) == parameters && width > widest)
            widest = width;
    }
    return widest;
}

#define WIDEST_VALUE 24

/* Columns of the longest value of these fields that is not all too long. */
static int widest_value(repl *r, pol_field_is first, pol_field_is last)
{
    int widest = 10;
    const pol_claim_field *field;
    for (size_t i = 0; (field = pol_stepper_field(r->stepper, i)) != NULL; i++) {
        const int width = tool_text_width(field->value);
        if (field->role >= first && field->role <= last && width > widest && width <= WIDEST_VALUE)
            widest = width;
    }
    return widest;
}

void repl_do_params(repl *r, char *operands)
{
    (void)operands;
    if (!repl_needs_matter(r))
        return;
    const int width = widest_name(r, true);
    const int value_width = widest_value(r, POL_IS_OPEN_PARAMETER, POL_IS_FIXED_PARAMETER);
    const pol_claim_field *field;
    for (size_t i = 0; (field = pol_stepper_field(r->stepper, i)) != NULL; i++) {
        if (field->role < POL_IS_OPEN_PARAMETER)
            continue;
        repl_put(r, "  ");
        repl_pad(r, field->name, width + 2);
        repl_pad(r, field->value[0] == '\0' ? repl_word(r, REPL_M_NOT_GIVEN) : field->value, value_width);
        repl_put(r, "  ");
        if (field->role == POL_IS_FIXED_PARAMETER) {
            repl_put(r, repl_word(r, REPL_M_FIXED));
        } else {
            repl_put(r, repl_word(r, REPL_M_OPEN));
            repl_put(r, r->t->lang == POL_ZH ? "；" : "; ");
            repl_put_takes(r, field);
        }
        if (field->clause[0] != '\0') {
            repl_put(r, "  ");
            repl_put(r, repl_word(r, REPL_M_BASIS));
            repl_put(r, " ");
            repl_put(r, field->clause);
        }
        repl_put(r, "\n");
    }
}

void repl_put_fields(repl *r, pol_field_is role)
{
    const int width = widest_name(r, role >= POL_IS_OPEN_PARAMETER), value_width = widest_value(r, role, role);
    const pol_claim_field *field;
    for (size_t i = 0; (field = pol_stepper_field(r->stepper, i)) != NULL; i++) {
        if (field->role != role)
            continue;
        repl_put(r, "  ");
        repl_pad(r, field->name, width + 2);
        repl_pad(r, field->value[0] == '\0' ? repl_word(r, REPL_M_NOT_GIVEN) : field->value, value_width);
        repl_put(r, "  ");
        if (!field->given && field->value[0] != '\0' && role == POL_IS_INPUT) {
            repl_put(r, repl_word(r, REPL_M_BY_DEFAULT));
            repl_put(r, r->t->lang == POL_ZH ? "；" : "; ");
        } else if (!field->given && !field->optional) {
            repl_put(r, repl_word(r, REPL_M_MUST));
            repl_put(r, r->t->lang == POL_ZH ? "；" : "; ");
        }
        repl_put_takes(r, field);
        repl_put(r, "\n");
    }
}

static void put_row(repl *r, repl_message name, const char *value)
{
    repl_pad(r, repl_word(r, name), 10);
    repl_put(r, value);
    repl_put(r, "\n");
}

void repl_do_state(repl *r, char *operands)
{
    (void)operands;
    if (!repl_needs_policy(r))
        return;
    char text[128];
    put_row(r, REPL_M_POLICY, r->policy);
    const char *matter = pol_stepper_matter(r->stepper);
    put_row(r, REPL_M_MATTER, matter == NULL ? repl_word(r, REPL_M_NOT_GIVEN) : matter);
    if (r->claim_number > 0)
        snprintf(text, sizeof text, "%zu", r->claim_number);
    if (r->claim_number > 0) {
        repl_pad(r, repl_word(r, REPL_M_CLAIM), 10);
        repl_tell(r, REPL_M_CLAIM_OF, text, r->claims);
    }
    char *claim = repl_claim_text(r);
    put_row(r, REPL_M_CLAIM, r->has_claim && claim != NULL ? claim : repl_word(r, REPL_M_NOT_GIVEN));
    free(claim);
    snprintf(text, sizeof text, "%zu/%zu", r->position, pol_stepper_count(r->stepper));
    put_row(r, REPL_M_POSITION, text);
    repl_do_stops(r, operands);
}

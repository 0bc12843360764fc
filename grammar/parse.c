/* Drives the parser: feeds it tokens, and after a syntax error decides where to go on.
 *
 * A run of the parser ends at the end of the text or at the first syntax error. Complete statements are
 * kept as they are reduced. After an error, syntax.c says what is wrong and may repair a token (a
 * reserved word used as a name, a mark at a line end); otherwise the part that does not fit is taken
 * out: up to the next statement keyword that is the first word of its line, in a 待遇 also up to a step
 * keyword that is, in 输入 up to the next input, in the header up to its next item. Then the statement is
 * parsed once more from its beginning. What is parsed again is bounded, so that hostile files take
 * linear time too. */
#include "grammar/parse.h"

#include <string.h>

#include "grammar/build.h"
#include "grammar/lex_literal.h"
#include "grammar/lex_word.h"
#include "grammar/syntax.h"
#include "interp/base/utf8.h"

#define REPLAY_LIMIT 500000u /* tokens that may be parsed again */
#define TRIM_AT      256     /* tokens kept before complete statements are dropped */

/* ---- tokens ---------------------------------------------------------------------------------------------- */

const pol_token *pol_token_read(pol_build *build, size_t index)
{
    static const pol_token k_end = { .first_on_line = true };
    while (index >= build->tokens.count) {
        if (build->tokens.count > 0 && build->tokens.items[build->tokens.count - 1].kind == 0)
            return &build->tokens.items[build->tokens.count - 1];
        const pol_token *const next = pol_lexer_read(&build->lexer);
        if (!POL_PUSH(build->scratch, build->tokens, *next))
            return &k_end;
    }
    return &build->tokens.items[index];
}

/* Moves `first` to the first token that is not part of a complete statement. */
static void find_first(pol_build *build)
{
    while (build->first < build->tokens.count && build->tokens.items[build->first].kind != 0 &&
           build->tokens.items[build->first].start < build->done_end)
        build->first++;
}

int pol_build_head(pol_build *build)
{
    find_first(build);
    const int kind = pol_token_at(build, build->first)->kind;
    return kind == TOK_REPLACE ? pol_token_at(build, build->first + 1)->kind : kind;
}

static void trim(pol_build *build)
{
    find_first(build);
    if (build->first < TRIM_AT || build->first < build->tokens.count / 2)
        return;
    memmove(build->tokens.items, build->tokens.items + build->first,
            (build->tokens.count - build->first) * sizeof *build->tokens.items);
    build->tokens.count -= build->first;
    build->next -= build->first;
    build->first = 0;
}

static bool failed(const pol_build *build)
{
    return pol_arena_failed(build->tree->arena) || pol_arena_failed(build->scratch);
}

/* Counts open brackets and 非; false when there are too many of them. */
static bool count_nesting(pol_build *build, int kind)
{
    build->nots = kind == TOK_NOT ? build->nots + 1 : 0;
    switch (kind) {
    case TOK_LPAREN:
    case TOK_LBRACKET:
    case TOK_LBRACE: build->depth++; break;
    case TOK_RPAREN:
    case TOK_RBRACKET:
    case TOK_RBRACE: build->depth -= build->depth > 0; break;
    default: break;
    }
    return build->depth <= POL_MAX_NESTING && build->nots <= POL_MAX_NESTING;
}

/* What an expression may consist of alone, brackets aside. */
static bool is_plain_value(int kind)
{
    switch (kind) {
    case TOK_NAME:
    case TOK_STRING:
    case TOK_MONEY:
    case TOK_PERCENT:
    case TOK_NUMBER:
    case TOK_DATE:
    case TOK_MONTHDAY:
    case TOK_YES:
    case TOK_NO: return true;
    default: return false;
    }
}

/* The kind of a token that the parser may be given, 0 for others. */
static int kind_at(pol_build *build, size_t index)
{
    return index < build->limit ? pol_token_at(build, index)->kind : 0;
}

/* What can follow an item for sure; of other tokens the parser has to say what it expected instead. */
static bool ends_item(pol_build *build, size_t index)
{
    const int kind = kind_at(build, index);
    return kind == TOK_COMMA || kind == (build->items_of == TOK_GIVEN ? TOK_EXPECT : TOK_EXAMPLE);
}

/* How many tokens from the next one on are a plain item: a name, perhaps a facet, =, a plain value, and behind it what
 * ends an item. 0: it is another one. */
static size_t plain_item_length(pol_build *build)
{
    const size_t first = build->next;
    if (kind_at(build, first) != TOK_NAME)
        return 0;
    const int facet = kind_at(build, first + 1) == TOK_DOT ? kind_at(build, first + 2) : 0;
    if (facet != 0 && facet != TOK_NAME && facet != TOK_ADVANCE)
        return 0;
    const size_t sign = first + (facet != 0 ? 3 : 1);
    const bool is_plain = kind_at(build, sign) == TOK_EQ && is_plain_value(kind_at(build, sign + 1)) && ends_item(build, sign + 2);
    return is_plain ? sign + 2 - first : 0;
}

/* The node of a token that has one by itself. */
static pol_node *node_of(pol_build *build, const pol_token *token)
{
    if (pol_token_is_literal(token->kind))
        return pol_build_leaf(build, token);
    const pol_ast_bool yes_or_no = { .node = { .kind = POL_N_BOOL, .span = pol_token_span(build, token) },
                                     .value = token->kind == TOK_YES };
    return pol_build_node(build, &yes_or_no.node, sizeof yes_or_no);
}

/* Takes so many tokens and makes an item of them, its parts in the order of the text. */
static pol_node *make_item(pol_build *build, size_t length)
{
    const pol_token *const tokens = &build->tokens.items[build->next];
    const pol_span span = { build->file, tokens[0].start, tokens[length - 1].end };
    pol_ast_item item = { .node = { .kind = POL_N_ITEM, .span = span } };
    item.name = pol_build_leaf(build, &tokens[0]);
    item.facet = length > 3 ? pol_build_word(build, pol_token_span(build, &tokens[2])) : NULL;
    item.value = node_of(build, &tokens[length - 1]);
    build->next += length;
    return pol_build_node(build, &item.node, sizeof item);
}

/* Whose items the parser can only want behind this token: behind 给定, 期望, a plain item and its comma. */
static int items_behind(const pol_build *build, int kind)
{
    if (kind == TOK_GIVEN || kind == TOK_EXPECT)
        return kind;
    return kind == TOK_COMMA ? build->items_of : 0;
}

int pol_yylex(POL_YYSTYPE *value, pol_span *span, pol_build *build)
{
    if (build->start_token != 0) {
        const int start = build->start_token;
        build->start_token = 0;
        *span = (pol_span){ build->file, build->done_end, build->done_end };
        return start;
    }
    if (build->next >= build->trim_at && build->limit == SIZE_MAX) { /* else the numbers of tokens must stay */
        trim(build);
        build->trim_at = build->next + TRIM_AT;
    }
    const size_t length = build->items_of != 0 ? plain_item_length(build) : 0;
    if (length > 0 && !failed(build)) {
        value->node = make_item(build, length);
        *span = value->node->span;
        build->nots = 0;
        return TOK_PLAIN_ITEM;
    }
    pol_token token = *pol_token_at(build, build->next);
    if (failed(build) || build->next >= build->limit)
        token.kind = TOK_YYEOF;
    else if (build->asks && token.kind == 0)
        token.kind = TOK_POL_YYUNDEF;
    pol_syntax_preview(build, &token);
    build->next++;
    build->items_of = items_behind(build, token.kind);
    *span = pol_token_span(build, &token);
    if (!count_nesting(build, token.kind)) {
        build->too_deep = true;
        return TOK_POL_YYUNDEF;
    }
    if (pol_token_is_literal(token.kind))
        value->node = pol_build_leaf(build, &token);
    return token.kind;
}

/* ---- where to go on ----------------------------------------------------------------------------------------- */

static bool is_statement_start(const pol_token *token)
{
    return token->kind == 0 ||
           (token->first_on_line && pol_token_role_of(token->kind) == POL_ROLE_STATEMENT);
}

/* 起付线 at the start of a line: the step that was meant. */
static bool is_everyday_step(pol_build *build, const pol_token *token)
{
    pol_synonym synonym;
    return token->kind == TOK_NAME && token->first_on_line &&
           pol_lex_suggest(build->scratch, pol_lexer_text(&build->lexer, token), &synonym) &&
           pol_token_role_of(synonym.token) == POL_ROLE_STEP;
}

/* True when a part of the statement begins at the token: a step, an input, an item of the header. */
static bool is_part_start(pol_build *build, int head, size_t index)
{
    const pol_token token = *pol_token_at(build, index);
    if (index <= build->first || pol_token_at(build, index - 1)->kind == TOK_DOT)
        return false;
    switch (head) {
    case TOK_BENEFIT:
        return pol_token_role_of(token.kind) == POL_ROLE_STEP || is_everyday_step(build, &token);
    case TOK_POLICY:
        return pol_token_role_of(token.kind) == POL_ROLE_HEADER || token.kind == TOK_ROUND ||
               token.kind == TOK_BASIS;
    case TOK_INPUT:
        return (token.kind == TOK_NAME || pol_token_role_of(token.kind) == POL_ROLE_TYPE) &&
               pol_token_at(build, index + 1)->kind == TOK_COLON;
    default: return false;
    }
}

static void delete_tokens(pol_build *build, size_t start, size_t end)
{
    pol_token *items = build->tokens.items;
    memmove(items + start, items + end, (build->tokens.count - end) * sizeof *items);
    build->tokens.count -= end - start;
}

/* Where the part begins that holds the last token before `error`; `first` when none does. */
static size_t part_before(pol_build *build, int head, size_t error)
{
    size_t found = build->first;
    int depth = 0;
    for (size_t i = build->first; i < error; i++) {
        const pol_token token = *pol_token_at(build, i);
        const bool is_input = head == TOK_INPUT && token.kind == TOK_NAME && token.first_on_line;
        if (depth == 0 && (is_input || is_part_start(build, head, i)))
            found = i;
        depth += token.kind == TOK_LPAREN || token.kind == TOK_LBRACKET || token.kind == TOK_LBRACE;
        depth -= depth > 0 && (token.kind == TOK_RPAREN || token.kind == TOK_RBRACKET ||
                               token.kind == TOK_RBRACE);
    }
    return found;
}

/* The part in which the error lies, as [*start, next part on a line of its own). False when the next
 * statement comes first, or the error lies before the first part. A part that begins with the error
 * shows that the one before it is not finished. */
static bool find_part(pol_build *build, size_t error, size_t *start, size_t *end)
{
    const int head = pol_build_head(build);
    if (error <= build->first)
        return false;
    for (*end = error; !is_statement_start(pol_token_at(build, *end)); ++*end)
        if (pol_token_at(build, *end)->first_on_line && is_part_start(build, head, *end))
            break;
    if (!is_part_start(build, head, *end))
        return false;
    *start = part_before(build, head, error);
    if (*start == build->first && head == TOK_INPUT)
        *start += pol_token_at(build, build->first)->kind == TOK_REPLACE ? 2 : 1;
    return *start > build->first && *start < *end;
}

static size_t next_statement(pol_build *build, size_t error)
{
    size_t at = error > build->first ? error : build->first + 1;
    if (pol_token_at(build, build->first)->kind == 0)
        return build->first;
    while (!is_statement_start(pol_token_at(build, at)))
        at++;
    return at;
}

/* ---- runs ------------------------------------------------------------------------------------------------------ */

/* Parses from `first` on, up to the token `limit`; 0 when everything was accepted. */
static int run(pol_build *build, size_t limit)
{
    build->next = build->first;
    build->trim_at = build->next + TRIM_AT;
    build->items_of = 0;
    build->limit = limit;
    build->start_token =
        build->header == NULL && !build->no_header ? TOK_START_FILE : TOK_START_BODY;
    build->depth = build->nots = 0;
    build->too_deep = build->overflow = false;
    build->expected_count = 0;
    build->chained = NULL;
    build->tree->count = build->done_count;
    pol_build_forget(build);
    return pol_yyparse(build);
}

/* What may be parsed again must be paid for. */
static bool may_replay(pol_build *build, size_t end)
{
    const size_t cost = end - build->first + 16;
    if (cost > REPLAY_LIMIT - build->replayed)
        return false;
    build->replayed += (uint32_t)cost;
    return true;
}

/* Leaves the statement at `first` out, or keeps it when it was complete up to the error. */
static void skip_statement(pol_build *build, size_t error)
{
    const size_t resume = next_statement(build, error);
    const uint32_t resume_at = pol_token_at(build, resume)->start;
    pol_build_report(build);
    if (error > build->first && may_replay(build, error)) {
        build->quiet = true;
        run(build, error);
        build->quiet = false;
        pol_build_forget(build);
    }
    build->done_end = resume_at;
    build->done_count = build->tree->count;
    build->first = resume;
    if (build->header == NULL)
        build->no_header = true;
}

/* One of the words that were written as one: its kind. */
static int kind_of_piece(pol_str piece)
{
    size_t size;
    if (pol_lex_digit(piece, &size) >= 0) {
        pol_literal literal;
        pol_lex_literal(piece, &literal);
        return literal.token;
    }
    const pol_keyword *keyword = pol_keyword_find(piece);
    return keyword != NULL ? keyword->token : TOK_NAME;
}

/* Puts the words in the place of the token that they make up. */
static void split_token(pol_build *build, size_t index, pol_str words)
{
    pol_token token = build->tokens.items[index];
    for (size_t start = 0; start < words.length; index++) {
        size_t end = start;
        while (end < words.length && words.bytes[end] != ' ')
            end++;
        const bool last = end == words.length;
        if (!last) {
            if (!POL_PUSH(build->scratch, build->tokens, token))
                return;
            pol_token *items = build->tokens.items;
            memmove(items + index + 1, items + index,
                    (build->tokens.count - index - 1) * sizeof *items);
        }
        token.kind = (int16_t)kind_of_piece((pol_str){ words.bytes + start, end - start });
        token.end = token.start + (uint32_t)(end - start);
        token.word = 0;
        build->tokens.items[index] = token;
        token.start = token.end;
        token.first_on_line = false;
        start = end + 1;
    }
}

/* Changes the tokens as the repair says. */
static void apply(pol_build *build, pol_repair repair)
{
    pol_token *token = &build->tokens.items[repair.index];
    token->repaired = token->reported = true;
    switch (repair.kind) {
    case POL_REPAIR_DELETE: delete_tokens(build, repair.index, repair.index + 1); break;
    case POL_REPAIR_REPLACE: token->kind = (int16_t)repair.token; break;
    case POL_REPAIR_SWAP:
        token[1] = token[0];
        token->kind = (int16_t)repair.token;
        break;
    case POL_REPAIR_MERGE:
        token->kind = (int16_t)repair.token;
        token->end = token[1].end;
        token->word = 0;
        delete_tokens(build, repair.index + 1, repair.index + 2);
        break;
    case POL_REPAIR_SPLIT: split_token(build, repair.index, repair.words); break;
    case POL_REPAIR_NONE:
    case POL_REPAIR_BODY: break;
    }
}

/* 甲 : ⏎ 乙 : 金额 — the type of 甲 is missing and 乙 was taken for it: says so and takes 甲 out. */
static bool recover_input(pol_build *build, size_t error)
{
    if (pol_build_head(build) != TOK_INPUT || error < build->first + 3 ||
        build->tokens.items[error].kind != TOK_COLON ||
        !is_part_start(build, TOK_INPUT, error - 1) ||
        !build->tokens.items[error - 1].first_on_line || !may_replay(build, error))
        return false;
    const size_t start = part_before(build, TOK_INPUT, error - 1);
    if (start == build->first || run(build, error - 1) == 0 || build->next != error)
        return false;
    pol_syntax_report_unfinished(build, start, error - 1);
    delete_tokens(build, start, error - 1);
    return true;
}

/* Says what is wrong at the last token given to the parser, and goes on behind it. */
static void recover(pol_build *build)
{
    find_first(build);
    const size_t error = build->next - 1;
    if (recover_input(build, error))
        return;
    const pol_repair repair = pol_syntax_report(build, error);
    size_t start, end;
    if (repair.kind == POL_REPAIR_BODY) {
        build->no_header = true;
        if (pol_token_role_of(pol_token_at(build, error)->kind) != POL_ROLE_STATEMENT)
            skip_statement(build, error);
    } else if (repair.kind != POL_REPAIR_NONE && !build->tokens.items[repair.index].repaired &&
               may_replay(build, error)) {
        apply(build, repair);
    } else if (!build->too_deep && find_part(build, error, &start, &end) &&
               may_replay(build, error)) {
        delete_tokens(build, start, end);
    } else {
        skip_statement(build, error);
    }
}

/* True when the parser has stopped at the end of the text because that is what was asked for. */
static bool is_asked_end(pol_build *build)
{
    return build->asks && !build->too_deep && pol_token_at(build, build->next - 1)->kind == 0;
}

static bool parse(pol_build *build)
{
    while (run(build, SIZE_MAX) != 0) {
        if (failed(build))
            return false;
        if (is_asked_end(build))
            return true;
        recover(build);
    }
    if (failed(build))
        return false;
    pol_ast_file file = { .node = {
                              .kind = POL_N_FILE,
                              .span = { build->file, 0, (uint32_t)build->lexer.text.length } } };
    file.header = build->header != NULL ? &build->header->node : NULL;
    file.statements = build->statements;
    pol_node *root = pol_build_node(build, &file.node, sizeof file);
    if (failed(build))
        return false;
    if (build->header != NULL || build->statements.count > 0)
        build->tree->root = POL_AS(file, root);
    return true;
}

/* ---- the entry points ----------------------------------------------------------------------------------------------- */

/* Refuses what cannot be read as a text at all. */
static bool is_readable(const pol_sources *sources, uint32_t file, pol_diags *diags)
{
    const pol_str text = sources->items[file].text;
    if (text.length > POL_MAX_FILE_BYTES) {
        pol_diag *diag = pol_report(diags, POL_D_FILE_TOO_LARGE, (pol_span){ file, 0, 0 });
        pol_diag_number(diags, diag, "limit", POL_MAX_FILE_BYTES);
        pol_diag_number(diags, diag, "length", (int64_t)text.length);
        return false;
    }
    const size_t bad = pol_utf8_check(text);
    if (bad < text.length) {
        pol_report(diags, POL_D_BAD_UTF8, (pol_span){ file, (uint32_t)bad, (uint32_t)bad + 1 });
        return false;
    }
    return true;
}

/* Sets a build up in `scratch`; NULL when memory ran out. */
static pol_build *begin(pol_arena *scratch, pol_tree *tree, const pol_sources *sources, uint32_t file, pol_diags *diags)
{
    pol_arena_init(scratch, &tree->arena->allocator);
    scratch->limit_bytes = tree->arena->limit_bytes;
    pol_build *build = POL_NEW(scratch, pol_build);
    if (build == NULL || !pol_lexer_init(&build->lexer, tree->arena, scratch, sources, file, diags))
        return NULL;
    build->lexer.notes = tree->notes;
    build->tree = tree;
    build->scratch = scratch;
    build->sources = sources;
    build->diags = diags;
    build->file = file;
    pol_names_init(&build->declared, scratch);
    build->tokens.items = POL_NEW_RAW_ARRAY(scratch, pol_token, 2 * TRIM_AT);
    build->tokens.capacity = build->tokens.items == NULL ? 0 : 2 * TRIM_AT;
    build->first_id = build->done_count = tree->count;
    return build;
}

bool pol_parse(pol_tree *tree, const pol_sources *sources, uint32_t file, pol_diags *diags)
{
    tree->root = NULL;
    if (!is_readable(sources, file, diags))
        return true;
    pol_arena scratch;
    pol_build *build = begin(&scratch, tree, sources, file, diags);
    const bool ok = build != NULL && parse(build);
    pol_arena_reset(&scratch);
    return ok;
}

bool pol_parse_follow(pol_arena *arena, const pol_sources *sources, uint32_t file, pol_follow *follow)
{
    pol_diags ignored;
    pol_diags_init(&ignored, arena, sources);
    follow->count = 0;
    if (!is_readable(sources, file, &ignored))
        return true;
    pol_tree tree = { .arena = arena };
    pol_arena scratch;
    pol_build *build = begin(&scratch, &tree, sources, file, &ignored);
    if (build != NULL)
        build->asks = true;
    const bool ok = build != NULL && parse(build);
    for (unsigned i = 0; ok && i < build->expected_count; i++)
        if (build->expected[i] != 0)
            follow->tokens[follow->count++] = build->expected[i];
    pol_arena_reset(&scratch);
    return ok;
}

bool pol_print_tokens(pol_text *out, const pol_sources *sources, uint32_t file, pol_diags *diags)
{
    if (!is_readable(sources, file, diags))
        return true;
    pol_arena scratch;
    pol_arena_init(&scratch, &out->arena->allocator);
    scratch.limit_bytes = out->arena->limit_bytes;
    pol_lexer *lexer = POL_NEW(&scratch, pol_lexer);
    bool ok = lexer != NULL && pol_lexer_init(lexer, &scratch, &scratch, sources, file, diags);
    while (ok) {
        const pol_token token = pol_lexer_next(lexer);
        if (token.kind == 0)
            break;
        const pol_place place = pol_source_place(&sources->items[file], token.start);
        pol_text_format(out, "%s %u:%u ", pol_token_name(token.kind), (unsigned)place.line,
                        (unsigned)place.column);
        pol_text_add(out, (pol_str){ lexer->text.bytes + token.start, token.end - token.start });
        pol_text_char(out, '\n');
        ok = !pol_arena_failed(&scratch);
    }
    pol_arena_reset(&scratch);
    return ok && !pol_arena_failed(out->arena);
}

/* pol: the language and engine for subsidy policies. The one public header of libpol.
 *
 * Life cycle of a policy:  text -> pol_script (parsed, checked) -> pol_program (verified bytecode)
 *                          -> pol_runner (settles a stream of claims) -> settlements.
 *
 * Manners, the same everywhere:
 *  - The library never prints, never exits, has no globals and reads no files: texts and claims come
 *    in as bytes, results leave through a pol_writer.
 *  - All strings are UTF-8 with a length in bytes; those that functions take are only read.
 *  - Functions that can fail return pol_status; results come back through the last parameter.
 *  - A wrong script is not a failure of the library: see pol_script_error_count.
 *  - Amounts are decimal text or whole fen, never floating point.
 *  - A pol_program is immutable and may be shared by threads; scripts and runners may not.
 */
#ifndef POL_POL_H
#define POL_POL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define POL_API __attribute__((visibility("default")))
#else
#define POL_API
#endif

/* What the caller should do; diagnostics say what the user should know. */
typedef enum pol_status {
    POL_OK = 0,
    POL_FINDINGS,     /* done, but with findings: errors in a script, failed examples, rejected claims */
    POL_NO_MEMORY,    /* the allocator gave NULL; the object is still safe to free */
    POL_BAD_ARGUMENT, /* a misuse of this interface, or an option that does not exist */
    POL_REFUSED,      /* bytecode that the verifier does not accept, a ledger that does not fit */
    POL_WRITE_FAILED, /* the writer returned false */
    POL_OUT_OF_ORDER, /* a claim is dated before one of the same accumulator that has been settled */
    POL_STOPPED       /* pol_ledger_turn.take returned false */
} pol_status;

/* Language of messages; numbers, order and machine output are the same in both. */
typedef enum pol_lang { POL_ZH, POL_EN } pol_lang;

/* Where all memory comes from, but for pages of machine code, which the system alone can lend. `reallocate` gets the old and the new size; new size 0 frees and
 * returns NULL; a failed call returns NULL and leaves the old memory alone. */
typedef struct pol_allocator {
    void *(*reallocate)(void *user, void *memory, size_t old_bytes, size_t new_bytes);
    void *user;
} pol_allocator;

/* Takes output. Returns false to stop (a full disk, a closed pipe). */
typedef struct pol_writer {
    bool (*write)(void *user, const char *bytes, size_t length);
    void *user;
} pol_writer;

/* "0.1.0" */
POL_API const char *pol_version(void);

/* ---- scripts: text to checked policy ------------------------------------------------------------ */

typedef struct pol_script pol_script;

/* A new empty script; allocator NULL means malloc. NULL when memory ran out. */
POL_API pol_script *pol_script_new(const pol_allocator *allocator);
POL_API void pol_script_free(pol_script *script); /* NULL allowed */
/* Brings the text of a superior script (沿用). `path` is as written, `from` the name of the script that
 * writes it; both NUL-terminated. On success *name (how messages call it, also `from` for its own
 * superior), *text and *length are set; they are only read until the next call. False: not to be had. */
typedef struct pol_loader {
    bool (*load)(void *user, const char *from, const char *path, const char **name, const char **text,
                 size_t *length);
    void *user;
} pol_loader;
/* Without a loader 沿用 is an error. Set it before pol_script_load; the user pointer is borrowed. */
POL_API void pol_script_set_loader(pol_script *script, pol_loader loader);
/* Parses and checks the text; `name` is what messages call it. Call it once for each script.
 * POL_OK without errors, POL_FINDINGS with errors (warnings do not count). */
POL_API pol_status pol_script_load(pol_script *script, const char *name, const char *text, size_t length);
POL_API unsigned pol_script_error_count(const pol_script *script);
POL_API unsigned pol_script_warning_count(const pol_script *script);

typedef enum pol_format { POL_TEXT, POL_JSON } pol_format;
/* All diagnostics in order of place: as text with the source line and a caret, or JSON Lines. */
POL_API pol_status pol_script_diagnostics(pol_script *script, pol_format format, pol_lang lang, bool color,
                                          pol_writer out);
/* Writes the script's text with the proposals of its diagnostics put in place: those that are certain (the
 * nearest of several names is not) and do not overlap; *count is how many. What was wrong elsewhere may show
 * only when the result is loaded in turn. */
POL_API pol_status pol_script_fix(pol_script *script, pol_writer out, unsigned *count);
/* In which language keywords are written. */
typedef enum pol_keyword_lang { POL_KEYWORDS_KEPT, POL_KEYWORDS_ZH, POL_KEYWORDS_EN } pol_keyword_lang;
/* Writes the script's text in its canonical layout; comments, names, texts and numbers stay. POL_FINDINGS, and
 * nothing written, when it has syntax errors; errors of other kinds do not matter. */
POL_API pol_status pol_script_format(pol_script *script, pol_keyword_lang keywords, pol_writer out);
/* Writes the beginning of a script that extends this one: its open parameters with their bounds and clauses, ready to be
 * filled in. `extends` is the path that it will write. POL_FINDINGS when this script has errors. */
POL_API pol_status pol_script_starter(pol_script *script, const char *extends, pol_lang lang, pol_writer out);
/* The page of a diagnostic's code ("E0301"): what it means, an example that is wrong and one that is right. As JSON one
 * object on a line: code, severity, message, meaning, wrong, right, and the examples as whole scripts (wrong_script,
 * right_script); the examples are "" where a mistake does not show in a few lines. POL_BAD_ARGUMENT: no such code. */
POL_API pol_status pol_describe_code(const char *code, pol_format format, pol_lang lang, pol_writer out);
/* All codes, by number from 0; NULL behind the last. */
POL_API const char *pol_code_at(unsigned index);
/* The stages, for people: "tokens", "tree", "types", "code". */
POL_API pol_status pol_script_dump(pol_script *script, const char *stage, pol_lang lang, pol_writer out);

/* ---- programs: verified bytecode ------------------------------------------------------------------ */

typedef struct pol_program pol_program;

/* Compiles a script without errors; the program outlives the script. */
POL_API pol_status pol_script_compile(pol_script *script, pol_program **program);
/* Reads what pol_program_save wrote. Every byte is distrusted: POL_REFUSED, with a reason in
 * `reason` (NUL-terminated, may be NULL), when anything is wrong. */
POL_API pol_status pol_program_load(const pol_allocator *allocator, const void *bytes, size_t length,
                                    char reason[256], pol_program **program);
POL_API pol_status pol_program_save(const pol_program *program, pol_writer out);
POL_API void pol_program_free(pol_program *program); /* NULL allowed */
/* The policy's identifier (文件 of results), borrowed from the program. */
POL_API const char *pol_program_id(const pol_program *program);
/* Its matters (业务) by number; the name (empty for the one without) is borrowed and not NUL-terminated. */
POL_API unsigned pol_program_matter_count(const pol_program *program);
POL_API const char *pol_program_matter(const pol_program *program, unsigned number, size_t *length);
/* Instructions with operands, types and, from a compiled script, source lines. */
POL_API pol_status pol_program_disassemble(const pol_program *program, pol_lang lang, pol_writer out);

/* ---- the ledger: what accumulators stand at ---------------------------------------------------------- */

/* What accumulators (累计) stand at, for the persons and households seen. A runner has one of its own unless
 * it is given one; a ledger can be read from a file (text that people can read too) and written to one,
 * so that balances go on from month to month and from edition to edition of a series. */
typedef struct pol_ledger pol_ledger;

POL_API pol_status pol_ledger_new(const pol_allocator *allocator, pol_ledger **ledger);
POL_API void pol_ledger_free(pol_ledger *ledger); /* NULL allowed */
/* Reads what pol_ledger_save wrote, in pieces of any size; pol_ledger_complete at its end. Every byte is
 * distrusted: POL_REFUSED, and pol_ledger_problem says why; the ledger is then of no use. */
POL_API pol_status pol_ledger_feed(pol_ledger *ledger, const char *bytes, size_t length);
POL_API pol_status pol_ledger_complete(pol_ledger *ledger);
POL_API pol_status pol_ledger_save(const pol_ledger *ledger, pol_writer out);
/* Why the ledger was refused, here or by pol_runner_new. */
POL_API const char *pol_ledger_problem(const pol_ledger *ledger, pol_lang lang);

/* ---- running: a stream of claims to a stream of settlements ---------------------------------------- */

typedef struct pol_runner pol_runner;
typedef enum pol_record_format { POL_JSON_LINES, POL_CSV, POL_BILL } pol_record_format;

/* How runners of several threads share a ledger: each settles pieces of one stream (pol_runner_settle),
 * and for a piece that uses the ledger calls `take` before it first looks into it, and `pass` when it is
 * done with it. `take` returns when all earlier pieces are done; false stops the runner. */
typedef struct pol_ledger_turn {
    bool (*take)(void *user);
    void (*pass)(void *user);
    void *user;
} pol_ledger_turn;

typedef struct pol_run_options {
    pol_record_format in;      /* POL_JSON_LINES or POL_CSV */
    pol_record_format out;     /* POL_BILL: a readable bill for each claim */
    pol_lang lang;             /* of 说明 in error records, and of bills */
    const char *matter;        /* for records without 业务类型 when the policy has several; or NULL */
    unsigned block;            /* claims a block, 0: the default (512); 1 for a claim at a time */
    unsigned claims;           /* how many come at most: no more is prepared than they need; 0: it is not known */
    const pol_writer *rejects; /* error records go here, with the original text, instead of out */
    pol_ledger *ledger;        /* used and left as it is at the end; NULL: the runner's own */
    const pol_ledger_turn *turn;      /* when runners share the ledger; or NULL */
    bool any_order;            /* claims of one accumulator are settled as they come, whatever their dates;
                                  else one dated before an earlier one stops the run (POL_OUT_OF_ORDER) */
} pol_run_options;

/* Counts of a run. */
typedef struct pol_run_summary {
    uint64_t claims, settled, rejected;
} pol_run_summary;

/* A claim dated before one of the same accumulator, holder and period that has been settled. */
typedef struct pol_disorder {
    uint64_t line;               /* of the input */
    const char *holder;          /* 参保人 or 家庭, NUL-terminated, borrowed from the runner */
    const char *accumulator;     /* likewise */
    char date[16], settled[16];  /* of the claim, of the one before */
} pol_disorder;

/* Where a record stands in a piece, without its line end. */
typedef struct pol_record_place {
    size_t at, length;
    uint64_t line; /* of the input, from 1 */
} pol_record_place;

/* Part of a stream: whole records (see pol_cut), one after another, or picked by their places. Picked ones are read
 * fastest when they fill the piece in this order, a line feed behind each. */
typedef struct pol_stream_piece {
    const char *bytes;
    size_t length;
    uint64_t line; /* of its first record, from 1 */
    bool first;    /* of the stream: CSV output begins with the names of columns */
    const pol_record_place *records; /* NULL: all of the bytes */
    size_t record_count;
} pol_stream_piece;

/* options NULL: JSON Lines in and out. The program must outlive the runner. */
POL_API pol_status pol_runner_new(const pol_allocator *allocator, const pol_program *program,
                                  const pol_run_options *options, pol_writer out, pol_runner **runner);
/* Adds another edition of the policy (the same 系列), before anything is fed: each claim is then settled by
 * the edition in force on its governing date, and accumulators go on across editions. POL_FINDINGS, with
 * the reason (NUL-terminated, may be NULL), when periods overlap, series differ or accumulators of one
 * name disagree. Not with CSV output. The program must outlive the runner. */
POL_API pol_status pol_runner_add_edition(pol_runner *runner, const pol_program *program, char reason[256]);
/* Feeds any number of bytes; claims are settled in order as they become complete. */
POL_API pol_status pol_runner_feed(pol_runner *runner, const char *bytes, size_t length);
/* Settles what is left. POL_FINDINGS when any claim of the run was rejected. */
POL_API pol_status pol_runner_finish(pol_runner *runner);
/* In place of feed and finish: settles all of a piece and writes its results. A stream may be cut into
 * pieces for several runners; CSV runners are fed the first row (names of columns) before, and no piece
 * holds it. POL_FINDINGS when any claim of the runner was rejected. */
POL_API pol_status pol_runner_settle(pol_runner *runner, const pol_stream_piece *piece);
/* The day by which a record is settled (its matter's 按 date), in days since 1970-01-01; the record is
 * only read. False when it has none that can be read. */
POL_API bool pol_runner_date(pol_runner *runner, const char *record, size_t length, int32_t *date);
POL_API pol_run_summary pol_runner_summary(const pol_runner *runner);
/* After POL_OUT_OF_ORDER. */
POL_API pol_disorder pol_runner_disorder(const pol_runner *runner);
/* Does any edition have accumulators? If not, the order of claims does not matter. */
POL_API bool pol_runner_uses_ledger(const pol_runner *runner);
POL_API void pol_runner_free(pol_runner *runner); /* NULL allowed */

/* ---- claims in the caller's memory ------------------------------------------------------------------------ */

/* The errors of claims (错误 of error records), in the order in which their checks count. */
typedef enum pol_claim_error {
    POL_ERR_NONE,
    POL_ERR_MISSING,       /* 缺少字段 */
    POL_ERR_UNKNOWN,       /* 未知字段 */
    POL_ERR_BAD_VALUE,     /* 取值错误 */
    POL_ERR_CONTRADICTION, /* 输入矛盾 */
    POL_ERR_OUT_OF_BOUNDS, /* 参数越限 */
    POL_ERR_NOT_IN_FORCE,  /* 不在执行期 */
    POL_ERR_OUT_OF_RANGE   /* 计算越界 */
} pol_claim_error;
/* "缺少字段", static. */
POL_API const char *pol_claim_error_text(pol_claim_error error);

/* What the elements of a column are. */
typedef enum pol_column_type {
    POL_COLUMN_AMOUNT, /* int64: fen */
    POL_COLUMN_RATIO,  /* int64: millionths */
    POL_COLUMN_NUMBER, /* int64: value times `scale` */
    POL_COLUMN_YESNO,  /* uint8: 0, 1 */
    POL_COLUMN_DATE,   /* int32: days since 1970-01-01 */
    POL_COLUMN_TEXT,   /* int32: from pol_columns_text */
    POL_COLUMN_LABEL,  /* int32: place in its category, from 0 */
    POL_COLUMN_LABELS, /* uint64: a bit for each place */
    POL_COLUMN_TIERS   /* uint32: from pol_columns_schedule */
} pol_column_type;
/* Elements that are no value: */
#define POL_ABSENT_NUMBER    INT64_MIN     /* AMOUNT, RATIO, NUMBER */
#define POL_ABSENT_YESNO     ((uint8_t)2)
#define POL_ABSENT_CODE      INT32_MIN     /* DATE, TEXT, LABEL; 0 in LABELS, UINT32_MAX in TIERS */
#define POL_UNLIMITED_AMOUNT INT64_MAX     /* 不限, where the parameter can be unlimited */

typedef enum pol_column_role {
    POL_COLUMN_INPUT, POL_COLUMN_ACCUMULATOR, POL_COLUMN_PARAMETER,                  /* given; an accumulator is a result too */
    POL_COLUMN_TOTAL, POL_COLUMN_PERSON, POL_COLUMN_HOSPITAL, POL_COLUMN_PAYER, POL_COLUMN_STATUS, POL_COLUMN_OUTPUT
} pol_column_role;

typedef struct pol_column {
    const char *name;      /* borrowed from the program, name_length bytes, not NUL-terminated */
    size_t name_length;
    pol_column_type type;
    pol_column_role role;
    int64_t scale;         /* of numbers: element / scale is the value (in yuan, or the number) */
    bool optional;         /* may be absent, or has a default */
    unsigned label_count, labels; /* LABEL, LABELS: see pol_columns_label */
} pol_column;

/* Settles claims that stand in memory by columns, one matter at a time: no text, no allocation for a claim. */
typedef struct pol_columns pol_columns;

/* `matter`: by number, see pol_program_matter. The program must outlive it. */
POL_API pol_status pol_columns_new(const pol_allocator *allocator, const pol_program *program, unsigned matter,
                                   pol_columns **columns);
POL_API void pol_columns_free(pol_columns *columns); /* NULL allowed */
/* Which columns there are; borrowed. Inputs: the record's fields in order of declaration, accumulators before
 * the claim and open parameters among them. Results: total, person, hospital, payers, statuses, accumulators
 * after the claim, outputs. */
POL_API unsigned pol_columns_input_count(const pol_columns *columns);
POL_API unsigned pol_columns_result_count(const pol_columns *columns);
POL_API const pol_column *pol_columns_input(const pol_columns *columns, unsigned number);
POL_API const pol_column *pol_columns_result(const pol_columns *columns, unsigned number);
/* The name of a label; false when the column has no such label. Borrowed from the program. */
POL_API bool pol_columns_label(const pol_columns *columns, const pol_column *column, int32_t code, const char **name,
                               size_t *length);
/* The code of a text, the same for texts that the language calls equal; and back. */
POL_API pol_status pol_columns_text(pol_columns *columns, const char *text, size_t length, int32_t *code);
POL_API bool pol_columns_text_of(const pol_columns *columns, int32_t code, const char **text, size_t *length);
/* The number of a tier schedule of 1 to 32 slices from 0 on: ascending upper ends in fen (the last is not read:
 * it has none), ratios in millionths. */
POL_API pol_status pol_columns_schedule(pol_columns *columns, unsigned slices, const int64_t *uppers,
                                        const int64_t *ratios, uint32_t *number);
/* Reads a JSON record into row `row` of the columns of all inputs (none may be NULL), as pol_runner_feed would.
 * POL_FINDINGS when it cannot be read: *error says why, and the row is left alone. A record's schedules are kept
 * until the columns are freed. */
POL_API pol_status pol_columns_record(pol_columns *columns, const char *record, size_t length, size_t row,
                                      void *const *inputs, pol_claim_error *error);
/* Instructions of the matter's bytecode: each is run once for a claim. */
POL_API size_t pol_columns_instruction_count(const pol_columns *columns);
/* Settles `count` claims. inputs[i] is the column of input i, NULL: absent in every claim. results[i] takes result
 * i, NULL: not wanted. errors[row] becomes a pol_claim_error; of a row in error results mean nothing. There is no
 * ledger: an accumulator that is not given is 0. POL_FINDINGS when any claim is in error. */
POL_API pol_status pol_columns_settle(pol_columns *columns, size_t count, const void *const *inputs,
                                      void *const *results, uint8_t *errors);
/* What a run came to, line by line: the bill, each payer, hospital and person, statuses, errors. */
typedef enum pol_total_kind {
    POL_TOTAL_BILL,
    POL_TOTAL_PAYER,
    POL_TOTAL_HOSPITAL,
    POL_TOTAL_PERSON,
    POL_TOTAL_STATUS, /* no amount */
    POL_TOTAL_ERROR   /* no amount */
} pol_total_kind;
typedef struct pol_total {
    pol_total_kind kind;
    const char *name; /* of payers, statuses and errors; NUL-terminated, borrowed from the runner; else "" */
    uint64_t claims;  /* where the amount is above 0, the status holds, the error was found */
    char amount[48];  /* "1234.50" */
} pol_total;
/* Line `index`, from 0, in the order above and of the policy. False beyond the last. */
POL_API bool pol_runner_total(const pol_runner *runner, size_t index, pol_total *total);
/* Adds what another runner of the same programs came to, counts of claims included. */
POL_API pol_status pol_runner_add_totals(pol_runner *runner, const pol_runner *other);

/* Where records end in a stream of claims: lines of JSON Lines, rows of CSV (RFC 4180: a quoted cell may
 * hold line ends). Starts as zeros, at the beginning of a record; goes on over pieces of any size. */
typedef struct pol_cut {
    unsigned state; /* private */
} pol_cut;
/* The offset behind the end of the first (the last) record that ends in the bytes, 0: none does. Behind
 * the first nothing has been looked at: begin there with zeros again. */
POL_API size_t pol_cut_first(pol_cut *cut, pol_record_format format, const char *bytes, size_t length);
POL_API size_t pol_cut_last(pol_cut *cut, pol_record_format format, const char *bytes, size_t length);

/* ---- one claim explained; examples ------------------------------------------------------------------- */

/* Settles one claim (a JSON object) and writes the tree of its figures: name, formula, the numbers in
 * it, the clause, the branches not taken. POL_FINDINGS when the claim is rejected (the reason is
 * written). The script must be free of errors. */
POL_API pol_status pol_explain(pol_script *script, const char *claim, size_t length, pol_format format,
                               pol_lang lang, pol_writer out);

typedef struct pol_test_summary {
    unsigned passed, failed;
} pol_test_summary;
/* Runs the script's examples (案例). Failures are written in full; with `verbose` successes too. */
POL_API pol_status pol_script_test(pol_script *script, bool verbose, pol_format format, pol_lang lang,
                                   pol_writer out, pol_test_summary *summary);

/* How much of a script its examples reach: clauses that have a rule, payers that pay, alternatives, tiers,
 * both sides of every edge (comparisons of amounts, numbers and dates, deductibles, bounds, 较小 and 较大,
 * the days of 施行), caps that cut and caps that do not, rows of tables, branches, categories, statuses. */
typedef struct pol_coverage_summary {
    unsigned reached, all;
} pol_coverage_summary;
/* Writes the counts and what is not reached; `summary` may be NULL. The script must be free of errors. */
POL_API pol_status pol_script_coverage(pol_script *script, pol_format format, pol_lang lang, pol_writer out,
                                       pol_coverage_summary *summary);
/* Searches claims that reach what the examples do not, and writes them as examples (案例) whose 期望 is left
 * to be filled in; what no claim was found for stands last, as comments. The search is bounded and the same
 * on every call. `summary` (may be NULL): what the examples and the claims found reach together. */
POL_API pol_status pol_script_missing(pol_script *script, pol_lang lang, pol_writer out,
                                      pol_coverage_summary *summary);

/* Writes `count` claims as JSON Lines, made from the policy's own inputs: claims like its examples, changed by
 * chance among the values that the script writes, of persons with one to seven claims each, by person and
 * day. Each settles by itself. The same seed, the same claims. POL_FINDINGS when no claim was found that
 * settles. */
POL_API pol_status pol_script_generate(pol_script *script, uint64_t count, uint64_t seed, pol_writer out);

/* ---- pages for people --------------------------------------------------------------------------------- */

typedef enum pol_audience {
    POL_FOR_OFFICERS, /* all of it: tables, order of payers, curves, worked examples, clauses, terms */
    POL_FOR_CITIZENS  /* 明白卡: who, how much, where, what to bring, two cases, on one sheet */
} pol_audience;
/* Writes a script as one HTML page that needs nothing else. Figures and curves come from settling its examples,
 * and those with one thing changed. The same script, the same bytes. The script must be free of errors. */
POL_API pol_status pol_script_page(pol_script *script, pol_audience audience, pol_lang lang, pol_writer out);
/* Writes a page that links to those of several scripts; `addresses` are names of files beside it. */
POL_API pol_status pol_page_index(pol_script *const *scripts, const char *const *addresses, size_t count, pol_lang lang,
                                  pol_writer out);
/* ---- one claim, step by step --------------------------------------------------------------------------- */

/* A claim of a script, settled with every figure kept, to be looked at in the order in which the figures
 * come about. Position 0 is before the first; at position p the first p figures are known. Nothing is
 * overwritten, so going back is asking for an earlier position. A claim that is rejected has the figures
 * of its rejection. Texts are NUL-terminated and last until the stepper's claim changes. */
typedef struct pol_stepper pol_stepper;

/* A figure. Texts without content are empty, never NULL. */
typedef struct pol_step {
    const char *kind;        /* what it is, one word: 付款方 余额 条件 基数 起付 档 … (see pol_explain's 种类) */
    const char *name, *value;
    const char *formula, *numbers, *note; /* the script's words, the same with values, a remark */
    const char *clause;      /* 依据 with titles; where it cites none, what its statement cites */
    const char *script;      /* the name of the script it stands in */
    unsigned source;         /* number of that script, for pol_stepper_source */
    unsigned line, end_line; /* from 1; 0: it stands nowhere */
    unsigned column, end_column; /* in bytes from 0; the end is behind the last */
    unsigned depth;          /* 0: a statement's own figure */
    size_t position;         /* its own; of what was passed over, that of the figure before it */
    size_t statement;        /* position of the figure of its statement: this one's or a later one's */
} pol_step;

typedef enum pol_takes {
    POL_TAKES_AMOUNT, POL_TAKES_RATIO, POL_TAKES_INTEGER, POL_TAKES_YESNO, POL_TAKES_DATE, POL_TAKES_TEXT,
    POL_TAKES_LABEL, POL_TAKES_LABELS, POL_TAKES_TIERS
} pol_takes;
typedef enum pol_field_is {
    POL_IS_INPUT, POL_IS_ACCUMULATOR, POL_IS_OPEN_PARAMETER, POL_IS_FIXED_PARAMETER
} pol_field_is;

/* Something that a claim can give, or a parameter that the script fixes. */
typedef struct pol_claim_field {
    const char *name;
    pol_takes takes;
    pol_field_is role;
    bool given, optional;      /* by the claim; may be left out */
    const char *value;         /* what the claim, the default or the script says; empty: nothing */
    const char *literal;       /* the same as it is set, "" when nothing is given */
    const char *const *labels; /* LABEL, LABELS: what is allowed */
    size_t label_count;
    const char *clause;
} pol_claim_field;

/* What an expression came to. */
typedef struct pol_answer {
    const char *text;    /* as people write it */
    bool is_yes;         /* a condition that holds */
    bool is_number;      /* then: */
    int64_t millionths;  /*   rounded half up; clamped to ±9×10^18 */
    bool is_money, is_share;
    bool known;          /* false: needs what comes later; `text` then names it */
} pol_answer;

/* The script must be free of errors (else POL_BAD_ARGUMENT) and outlive the stepper. */
POL_API pol_status pol_stepper_new(pol_script *script, pol_lang lang, pol_stepper **stepper);
POL_API void pol_stepper_free(pol_stepper *stepper); /* NULL allowed */

/* Takes another claim (a JSON object) and settles it. POL_FINDINGS: rejected, as its figures say. */
POL_API pol_status pol_stepper_claim(pol_stepper *stepper, const char *claim, size_t length);
/* Gives one field: raw JSON (`json` NULL: takes the field away), or, the second, what an expression comes to
 * at a position; labels, schedules and 空 can be written too. Envelope fields can be put. Then as above;
 * what is wrong with the expression or the name is written to `errors` (POL_BAD_ARGUMENT, nothing changed). */
POL_API pol_status pol_stepper_put(pol_stepper *stepper, const char *name, const char *json);
POL_API pol_status pol_stepper_set(pol_stepper *stepper, const char *name, const char *expression, size_t position,
                                   pol_writer errors);
/* The claim as it is now: a JSON object; or as an example (案例) of this title, ready to be pasted. */
POL_API pol_status pol_stepper_write(pol_stepper *stepper, pol_writer out);
POL_API pol_status pol_stepper_example(pol_stepper *stepper, const char *title, pol_writer out);

POL_API bool pol_stepper_settled(const pol_stepper *stepper);
POL_API size_t pol_stepper_count(const pol_stepper *stepper);
/* Figure number 1 … count; NULL for others. */
POL_API const pol_step *pol_stepper_at(const pol_stepper *stepper, size_t number);
/* Branches, alternatives and categories that were not taken, in order, from 0; NULL behind the last. */
POL_API const pol_step *pol_stepper_passed(const pol_stepper *stepper, size_t number);
/* Matter of the claim, NULL: it has none yet. Matters, scripts (0 is the policy itself) and fields by number;
 * NULL and false behind the last. Fields are those of the claim's matter. */
POL_API const char *pol_stepper_matter(pol_stepper *stepper);
POL_API const char *pol_stepper_matters(pol_stepper *stepper, size_t number);
POL_API bool pol_stepper_source(pol_stepper *stepper, size_t number, const char **name, const char **text,
                                size_t *length);
POL_API const pol_claim_field *pol_stepper_field(pol_stepper *stepper, size_t number);
/* Every name that an expression can hold in the claim's matter, by number; NULL behind the last. */
POL_API const char *pol_stepper_name(pol_stepper *stepper, size_t number);

/* The tree behind a name: its formula, what that rests on, down to the inputs. POL_BAD_ARGUMENT: no such name. */
POL_API pol_status pol_stepper_why(pol_stepper *stepper, const char *name, pol_writer out);
/* The whole settlement, as pol_explain writes it. */
POL_API pol_status pol_stepper_explain(pol_stepper *stepper, pol_writer out);

/* An expression of the language, compiled against the claim's matter once to be asked often: any name is
 * allowed, 余额 is what remains at the position. What is wrong with it is written to `errors`, *question is
 * then NULL. Belongs to the stepper's script. */
typedef struct pol_question pol_question;
POL_API pol_status pol_question_new(pol_stepper *stepper, const char *expression, size_t position, pol_writer errors,
                                    pol_question **question);
POL_API void pol_question_free(pol_question *question); /* NULL allowed */
/* Asks it of the stepper's claim, at a position of it; SIZE_MAX: the end. The text lasts until the next
 * question asked. POL_FINDINGS: the claim is rejected before there is an answer. */
POL_API pol_status pol_question_ask(pol_question *question, pol_stepper *stepper, size_t position, pol_answer *answer);

/* ---- what changed between two policies ---------------------------------------------------------------- */

/* One side: a checked script, which it must outlive, or bytecode, of which only behaviour can be compared. */
typedef struct pol_diff_side {
    pol_script *script;         /* or NULL */
    const pol_program *program; /* of the script too */
} pol_diff_side;

typedef struct pol_diff pol_diff;
typedef enum pol_diff_form { POL_DIFF_TEXT, POL_DIFF_JSON, POL_DIFF_HTML, POL_DIFF_SUMMARY } pol_diff_form;

/* Compares two policies, in the language in which the result is to be written. POL_FINDINGS is a success:
 * they differ. On any other failure *diff is NULL. */
POL_API pol_status pol_diff_new(const pol_allocator *allocator, pol_diff_side before, pol_diff_side after,
                                pol_lang lang, pol_diff **diff);
/* Lets both sides settle the same claims: call this, feed all bytes, finish. Of the options only `in`,
 * `matter` and `block` count. `corrections`, when not NULL, gets as CSV what each payer has to pay in
 * addition (应补) or gets back (应退); the writer is copied. */
POL_API pol_status pol_diff_claims(pol_diff *diff, const pol_run_options *options, const pol_writer *corrections);
POL_API pol_status pol_diff_feed(pol_diff *diff, const char *bytes, size_t length);
/* POL_FINDINGS when any claim comes out differently. */
POL_API pol_status pol_diff_finish(pol_diff *diff);
POL_API pol_status pol_diff_write(pol_diff *diff, pol_diff_form form, pol_writer out);
POL_API void pol_diff_free(pol_diff *diff); /* NULL allowed */

/* ---- a script as an editor sees it -------------------------------------------------------------------- */

/* To be called before pol_script_load: after an error superiors are still read and names still looked up, so that
 * the questions below have answers while somebody types. What is reported stays the same. */
POL_API void pol_script_set_lenient(pol_script *script);
/* The texts that a script is made of: file 0 is the script, the others are its superiors. Borrowed from it. */
POL_API uint32_t pol_script_file_count(const pol_script *script);
POL_API const char *pol_script_file_name(const pol_script *script, uint32_t file); /* NUL-terminated */
POL_API const char *pol_script_file_text(const pol_script *script, uint32_t file, size_t *length);

/* A place: bytes [start, end) of a file. Without a place file is POL_NO_FILE. */
typedef struct pol_extent {
    uint32_t file, start, end;
} pol_extent;
#define POL_NO_FILE UINT32_MAX

/* The range's text becomes `text`. */
typedef struct pol_edit {
    pol_extent range;
    const char *text;
} pol_edit;

/* What a word of a script is. */
typedef enum pol_word_kind {
    POL_WORD_KEYWORD, POL_WORD_POLICY, POL_WORD_MATTER, POL_WORD_CLAUSE, POL_WORD_CATEGORY, POL_WORD_LABEL,
    POL_WORD_SET, POL_WORD_PARAMETER, POL_WORD_INPUT, POL_WORD_DEFINITION, POL_WORD_ACCUMULATOR, POL_WORD_PAYER,
    POL_WORD_STATUS, POL_WORD_OUTPUT, POL_WORD_FIGURE, /* 总费用, 余额 … */
    POL_WORD_FACET, POL_WORD_FUNCTION, POL_WORD_SUPERIOR, POL_WORD_EXAMPLE, POL_WORD_STATEMENT,
    POL_WORD_NAME, /* one that nothing is known of */
    POL_WORD_TEXT, POL_WORD_NUMBER, POL_WORD_SIGN, POL_WORD_COMMENT
} pol_word_kind;

typedef struct pol_analysis pol_analysis;
/* Prepares a loaded script for the questions below, which it must outlive; texts are in `lang`. Answers are valid
 * until the next question. POL_FINDINGS from a question: there is nothing to say. */
POL_API pol_status pol_analysis_new(pol_script *script, pol_lang lang, pol_analysis **analysis);
POL_API void pol_analysis_free(pol_analysis *analysis); /* NULL allowed */

/* A secondary place of a diagnostic. */
typedef struct pol_remark {
    pol_extent range;
    const char *message;
} pol_remark;
/* What pol_script_diagnostics writes, as data. */
typedef struct pol_diagnostic {
    const char *code; /* "E0301" */
    bool is_error;
    pol_extent range;
    const char *message;
    const pol_remark *remarks;
    size_t remark_count;
    bool has_fix;
    pol_edit fix;
} pol_diagnostic;
POL_API pol_status pol_analysis_diagnostics(pol_analysis *analysis, const pol_diagnostic **items, size_t *count);

/* What stands at a place of the script. Texts that there are not are NULL. */
typedef struct pol_word_info {
    pol_word_kind kind;
    pol_extent range;         /* of the word */
    const char *name;
    const char *type;        /* 金额, 人员类别 … */
    const char *value;       /* of a constant */
    const char *first_value; /* in the first example of its matter */
    const char *declaration; /* the script's own words */
    pol_extent declared;      /* where; POL_NO_FILE: of the language */
    const char *about;       /* of keywords, facets and functions: the other language's spelling; of a clause its title */
    const pol_edit *clauses; /* cited by the declaration: where each stands, and its number and title */
    size_t clause_count;
} pol_word_info;
POL_API pol_status pol_analysis_word(pol_analysis *analysis, uint32_t offset, pol_word_info *info);

/* A mention of what stands at the offset. */
typedef struct pol_mention_at {
    pol_extent range;
    bool declares;
} pol_mention_at;
/* Where it is declared: the script's own places first, then those of its superiors. */
POL_API pol_status pol_analysis_definitions(pol_analysis *analysis, uint32_t offset, const pol_extent **items,
                                            size_t *count);
/* Everywhere it stands, superiors included, by place. */
POL_API pol_status pol_analysis_mentions(pol_analysis *analysis, uint32_t offset, const pol_mention_at **items,
                                         size_t *count);
/* What has to be written where to give it another name; quoted where the name needs it. POL_FINDINGS: it cannot be
 * renamed so, *reason says why. `name` NULL: can it be renamed at all? */
POL_API pol_status pol_analysis_rename(pol_analysis *analysis, uint32_t offset, const char *name,
                                       const pol_edit **items, size_t *count, const char **reason);

/* The policy, its matters and statements; an item belongs to the nearest one before it of a smaller depth. */
typedef struct pol_outline_item {
    const char *name, *detail;
    pol_word_kind kind;
    pol_extent range, name_range;
    unsigned depth;
} pol_outline_item;
POL_API pol_status pol_analysis_outline(pol_analysis *analysis, const pol_outline_item **items, size_t *count);

/* What can be folded: statements, matters, braces and comments of several lines. */
typedef struct pol_fold {
    pol_extent range;
    bool is_comment;
} pol_fold;
POL_API pol_status pol_analysis_folds(pol_analysis *analysis, const pol_fold **items, size_t *count);

/* Every word, literal, sign and comment of the script, by place. */
typedef struct pol_colored {
    pol_extent range;
    pol_word_kind kind;
    bool declares, is_constant;
} pol_colored;
POL_API pol_status pol_analysis_colors(pol_analysis *analysis, const pol_colored **items, size_t *count);

/* What could be written at a place: `text` instead of the range, which ends at the offset or directly behind it. */
typedef struct pol_proposal {
    pol_edit edit;
    pol_word_kind kind;
    const char *label;  /* as shown */
    const char *other;  /* the other spelling of a keyword or builtin, to be found by it, or NULL */
    const char *detail; /* type, title of a clause … or NULL */
} pol_proposal;
/* Keywords that the grammar allows there, in the script's language, and what can be meant there: names in scope,
 * labels of the category, payers, clauses. The likeliest first. */
POL_API pol_status pol_analysis_complete(pol_analysis *analysis, uint32_t offset, const pol_proposal **items,
                                         size_t *count);

/* What figures came to in the first example of each matter, each to be shown behind its place; only of a script
 * without errors. */
typedef struct pol_hint {
    pol_extent range;
    const char *text;
} pol_hint;
POL_API pol_status pol_analysis_hints(pol_analysis *analysis, const pol_hint **items, size_t *count);

/* Looks at one checked script by itself: burdens that fall although the bill grows, what is never reached, what
 * always or never happens, categories that get nothing. `program` was compiled from it. POL_FINDINGS when there
 * is any; as text, or JSON Lines. */
POL_API pol_status pol_script_deep(pol_script *script, const pol_program *program, pol_format format, pol_lang lang,
                                   pol_writer out);

/* First and last day in force, as 2024-01-01; `to` is empty when the policy is open-ended. */
POL_API void pol_program_period(const pol_program *program, char from[16], char to[16]);

#ifdef __cplusplus
}
#endif
#endif

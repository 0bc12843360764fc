/* From text to tokens. Owns the flex scanner (scan.l), which only sees what kind of thing begins and
 * asks the functions at the end of this header how far it goes. Everything that is wrong with the
 * characters is reported here, and repaired where it is plain what was meant, so that the parser can
 * go on. */
#ifndef POL_GRAMMAR_LEXER_H
#define POL_GRAMMAR_LEXER_H

#include "grammar/ast.h"
#include "grammar/lex_literal.h"
#include "grammar/lex_word.h"
#include "interp/base/diag.h"

typedef struct pol_token {
    int16_t kind; /* TOK_… of parse.tab.h; 0 at the end of the text */
    bool first_on_line;
    bool after_error;    /* characters in front of it were left out: reported already */
    bool reported;       /* something about itself was reported */
    bool repaired;       /* the parser took it for another; once is enough */
    uint32_t start, end; /* bytes of the source */
    uint32_t word;       /* 1 + its number among the lexer's words; 0: to be looked up */
} pol_token;

#define POL_TOKEN_COMMENT (-1) /* given only when keep_comments is set */

/* What has been found out about a spelling. */
typedef struct pol_word {
    pol_str text; /* folded */
    int16_t token;
    bool is_folded;  /* it is spelt so */
    bool is_noted;   /* a reserved word, of which notes are taken */
} pol_word;

/* A comment, and where the next token begins. */
typedef struct pol_comment {
    uint32_t start, end, next;
    bool first_on_line;
} pol_comment;

/* What can be noticed of a text in passing, beside its tokens. */
typedef struct pol_text_notes {
    POL_VEC(pol_comment) comments;
    size_t waiting;       /* from here on `next` is not known yet */
    unsigned keywords[2]; /* reserved words by the language of their spelling, names after a point apart */
    pol_span first[2];    /* the first of them */
} pol_text_notes;

typedef struct pol_recent_literal {
    size_t at; /* where it begins */
    pol_literal literal;
} pol_recent_literal;
#define POL_RECENT_LITERALS 2
#define POL_NEARBY_WORDS 512
#define POL_SIGNS 32

typedef struct pol_lexer {
    pol_arena *arena;   /* borrowed: folded words */
    pol_arena *scratch; /* borrowed: what only the lexer needs */
    pol_diags *diags;   /* borrowed; NULL: report nothing */
    pol_str text;       /* the source, which flex scans where it stands */
    uint32_t file;
    bool keep_comments;
    pol_text_notes *notes; /* borrowed; NULL: not wanted. Its comments live in `arena` */

    /* private to the lexer */
    void *scanner;   /* flex's */
    pol_token token; /* being made */
    bool line_began, after_error, reported;
    bool nul_reported, after_dot;
    size_t no_close_before[12]; /* no closing quote of this kind before this place */
    pol_spellings index;
    pol_recent_literal recent[POL_RECENT_LITERALS];
    unsigned oldest; /* of them */
    uint8_t first_sign[256], next_sign[POL_SIGNS]; /* 1 + the row of signs of other languages, by their first byte */
    uint32_t nearby[POL_NEARBY_WORDS]; /* 1 + the number of a spelling that was asked for, by its first and last bytes */
    pol_names spellings;        /* as written */
    POL_VEC(pol_word) words;    /* by number in `spellings` */
    size_t slab_used;
    union {
        char bytes[1024]; /* all that flex ever allocates */
        long double alignment;
        void *pointer;
    } slab;
} pol_lexer;

/* Starts on source number `file`, which must be well-formed UTF-8 and at most POL_MAX_FILE_BYTES long.
 * False when memory ran out. */
bool pol_lexer_init(pol_lexer *lexer, pol_arena *arena, pol_arena *scratch,
                    const pol_sources *sources, uint32_t file, pol_diags *diags);
/* The next token, until the one after it; at the end of the text kind 0, again and again. */
const pol_token *pol_lexer_read(pol_lexer *lexer);
static inline pol_token pol_lexer_next(pol_lexer *lexer)
{
    return *pol_lexer_read(lexer);
}
/* The folded text of a word, keyword or quoted name; of a string what stands between the quotes. */
pol_str pol_lexer_text(pol_lexer *lexer, const pol_token *token);
/* The leaf for a name or literal token, without a number; its text lives in `arena`. */
typedef union pol_leaf {
    pol_node node;
    pol_ast_name name;
    pol_ast_string string;
    pol_ast_money money;
    pol_ast_percent percent;
    pol_ast_number number;
    pol_ast_date date;
    pol_ast_monthday monthday;
    pol_ast_months months;
} pol_leaf;
/* Returns the size of the node, 0 for other tokens. */
size_t pol_lexer_leaf(pol_lexer *lexer, const pol_token *token, pol_leaf *leaf);

/* ---- private to grammar/: what scan.l calls -------------------------------------------------------- */

/* Each is told where something begins, sets token.kind (0: nothing for the parser) and returns how many
 * bytes it takes, at least 1. */
size_t pol_lexer_blank(pol_lexer *lexer, size_t at, size_t length);
size_t pol_lexer_spaces(const pol_lexer *lexer, size_t at); /* may be none */
size_t pol_lexer_comment(pol_lexer *lexer, size_t at);
size_t pol_lexer_word(pol_lexer *lexer, size_t at);
size_t pol_lexer_number(pol_lexer *lexer, size_t at);
size_t pol_lexer_quoted(pol_lexer *lexer, size_t at);
size_t pol_lexer_mark(pol_lexer *lexer, size_t at);
size_t pol_lexer_other(pol_lexer *lexer, size_t at);
void *pol_lexer_slab(pol_lexer *lexer, size_t size);

#endif

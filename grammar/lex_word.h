/* Words: where they end, what they fold to, which of them are keywords, and what was probably meant by
 * one that is not known. Everything here is a pure function of its arguments. */
#ifndef POL_GRAMMAR_LEX_WORD_H
#define POL_GRAMMAR_LEX_WORD_H

#include "interp/base/str.h"
#include "pol/pol.h"

/* What a message calls a token when it lists what could stand in a place; see keywords.def. */
typedef enum pol_token_role {
    POL_ROLE_HEADER,
    POL_ROLE_STATEMENT,
    POL_ROLE_STEP,
    POL_ROLE_ATTRIBUTE,
    POL_ROLE_COMPARE,
    POL_ROLE_LOGIC,
    POL_ROLE_VALUE,
    POL_ROLE_TYPE,
    POL_ROLE_WORD,
    POL_ROLE_MARK,
    POL_ROLE_OPERATOR,
    POL_ROLE_OPEN,
    POL_ROLE_LITERAL /* names and literals: neither in keywords.def nor in punct.def */
} pol_token_role;

#define POL_SPELLINGS 3

/* One row of keywords.def. */
typedef struct pol_keyword {
    int token; /* TOK_… of parse.tab.h */
    const char *token_name;
    bool is_soft;
    pol_token_role role;
    const char *zh[POL_SPELLINGS + 1]; /* NULL at the end */
    const char *en[POL_SPELLINGS + 1];
} pol_keyword;

/* All rows, in the order of keywords.def. */
const pol_keyword *pol_keywords(unsigned *count);
/* The row of a folded word, or NULL. Looks at all rows: for what is asked now and then. */
const pol_keyword *pol_keyword_find(pol_str word);
/* The row of a token, or NULL when it is no word. */
const pol_keyword *pol_keyword_of(int token);

/* One row of punct.def. */
typedef struct pol_punct {
    int token;
    const char *token_name;
    pol_token_role role;
    const char *spellings[POL_SPELLINGS + 1];
} pol_punct;

const pol_punct *pol_puncts(unsigned *count);
/* The mark at the start of the text (the longest), and its length in bytes; NULL when there is none. Looks at
 * all rows. */
const pol_punct *pol_punct_find(pol_str text, size_t *length);
const pol_punct *pol_punct_of(int token);

/* The rows by how they are spelt, for who asks about a whole text: made in no time, since nothing may be kept
 * from one text to the next. */
#define POL_KEYWORD_SLOTS 512
#define POL_PUNCT_SPELLINGS (20 * POL_SPELLINGS)
typedef struct pol_spellings {
    uint8_t keywords[POL_KEYWORD_SLOTS];  /* row + 1, by a hash of the spelling; then the next free slot */
    uint8_t first[256];                   /* spelling + 1 of the marks that begin with this byte */
    uint8_t next[POL_PUNCT_SPELLINGS];    /* … and the next one that does */
} pol_spellings;
void pol_spellings_init(pol_spellings *index);
/* The same answers as pol_keyword_find and pol_punct_find. */
const pol_keyword *pol_spellings_keyword(const pol_spellings *index, pol_str word);
const pol_punct *pol_spellings_punct(const pol_spellings *index, pol_str text, size_t *length);
/* The mark that is this byte, if no other begins with it; or NULL. */
const pol_punct *pol_spellings_byte(const pol_spellings *index, char byte);

/* "BENEFIT", for dumps. */
const char *pol_token_name(int token);
/* As a message shows it: the first spelling in this language; empty for names and literals. */
pol_str pol_token_spelling(int token, pol_lang lang);
pol_token_role pol_token_role_of(int token);
/* Whether that role is POL_ROLE_LITERAL. */
bool pol_token_is_literal(int token);

/* Length in bytes of the word at the start of the text, 0 when none begins there. */
size_t pol_word_length(pol_str text);
/* True when the whole text is one word. */
bool pol_is_word(pol_str text);

typedef bool (*pol_is_known)(pol_str name, void *user);

/* Cuts a word that is not known into keywords, known names and literals, so that a message can offer
 * it with blanks: 费用超过3000元 -> 费用 超过 3000元. False when there is no such cut. `word` is folded;
 * `known` says whether a (folded) text is the name of something here. */
bool pol_lex_split(pol_arena *arena, pol_str word, pol_is_known known, void *user, pol_str *text);

/* What was probably meant by a word that is not known. */
typedef struct pol_synonym {
    int token;      /* a keyword or sign that takes the word's place, or -1 */
    pol_str zh, en; /* what to write; a sentence fragment when token is -1 */
} pol_synonym;
/* Everyday words (以上, 如果, 封顶线, 无 …) and Chinese numerals (七成, 三千元). False: nothing known. */
bool pol_lex_suggest(pol_arena *arena, pol_str word, pol_synonym *synonym);

#endif

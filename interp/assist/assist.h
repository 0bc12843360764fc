/* What an editor asks of a script (pol_analysis_… of pol.h): private to interp/assist.
 *
 *   mentions.c  which word of the texts means what: the index that the others read
 *   word.c      one word: what it is, its declaration, its mentions, another name for it
 *   outline.c   the parts of a script; what can be folded
 *   colors.c    all tokens with their kinds
 *   complete.c  what could be written at a place (complete_names.c: which names)
 *   hints.c     figures of the first examples
 *   assist.c    making and freeing; diagnostics as data
 *
 * A subject is what words can mean: the input 费用 of a matter, a label of a category, a clause. The index walks
 * the files as they were written, not the merged tree, so that a declaration that an extending script replaces
 * is found too. What a name in an expression means is read off the checker's notes; where there are none
 * (after errors, in what was replaced) it is looked up. */
#ifndef POL_INTERP_ASSIST_H
#define POL_INTERP_ASSIST_H

#include "grammar/lexer.h"
#include "interp/script.h"

/* What words can mean. */
typedef struct pol_subject {
    pol_word_kind kind;
    pol_str name;
    pol_matter *matter;      /* of a symbol: one that sees it; else NULL */
    pol_symbol *symbol;      /* or NULL */
    const pol_node *node;    /* the declaring statement, the script's own if there is one; NULL: of the language */
    pol_span declared;       /* its name; file UINT32_MAX: none */
    uint32_t labels;         /* LABEL, CATEGORY: the label set, or POL_NONE32 */
    const char *zh, *en;     /* FACET, FUNCTION */
} pol_subject;

/* A word that means a subject. */
typedef struct pol_mention {
    pol_span span;
    const pol_node *node;    /* a NAME or STRING; the span may be a part of a STRING */
    uint32_t subject;
    bool declares;
} pol_mention;

struct pol_analysis {
    pol_script *script;      /* borrowed */
    pol_lang lang;
    pol_arena arena;         /* the index */
    pol_arena answer;        /* of the last question */
    pol_names keys;          /* of subjects: number is the index in `subjects` */
    POL_VEC(pol_subject) subjects;
    POL_VEC(pol_mention) mentions; /* by place */
};

/* Fills the index. False when memory ran out. */
bool pol_mentions_collect(pol_analysis *analysis);
/* The mention at an offset of the script (its end included), or NULL. */
const pol_mention *pol_mention_at_offset(const pol_analysis *analysis, uint32_t offset);
/* The mention that begins there, or NULL. */
const pol_mention *pol_mention_from(const pol_analysis *analysis, uint32_t file, uint32_t start);
/* The matter in which an offset of the script lies: NULL before the first. A script without 业务 has one. */
pol_matter *pol_matter_at(const pol_analysis *analysis, uint32_t offset);

/* A scanner of the first of the sources, comments included, in the answer's arena. False when its text cannot be
 * read, or when memory ran out. */
bool pol_assist_lexer(pol_analysis *analysis, pol_lexer *lexer, const pol_sources *sources);

/* Forgets the last answer. */
void pol_answer_begin(pol_analysis *analysis);
/* POL_OK, or POL_NO_MEMORY when the answer or the script did not fit. */
pol_status pol_answer_status(const pol_analysis *analysis);
/* A NUL-terminated copy in the answer's arena; never NULL. */
const char *pol_answer_text(pol_analysis *analysis, pol_str text);
pol_extent pol_extent_of(pol_span span);
/* The text in the analysis' language. */
pol_str pol_assist_say(const pol_analysis *analysis, const char *en, const char *zh);

/* The type of a symbol in words, labels included; empty when nothing is known. */
pol_str pol_type_words(pol_analysis *analysis, pol_type type);
/* How a name is written: as it is, or in the quotes of the script's language. */
pol_str pol_name_written(pol_analysis *analysis, pol_str name);
/* How a label is written: as it is, or as a text. */
pol_str pol_label_written(pol_analysis *analysis, pol_str label);
bool pol_analysis_is_english(const pol_analysis *analysis);

/* The value of a symbol or the total in the first example of its matter; empty when there is none. */
typedef struct pol_first_example pol_first_example;
/* Runs the first example of a matter (by number); NULL when there is none or it cannot be settled. In the answer's
 * arena; always to be followed by pol_first_example_end. */
pol_first_example *pol_first_example_run(pol_analysis *analysis, uint32_t matter);
pol_str pol_first_example_value(pol_analysis *analysis, pol_first_example *run, const pol_symbol *symbol);
void pol_first_example_end(pol_first_example *run);

#endif

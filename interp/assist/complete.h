/* Shared by complete.c and complete_names.c. */
#ifndef POL_INTERP_ASSIST_COMPLETE_H
#define POL_INTERP_ASSIST_COMPLETE_H

#include "grammar/lex_word.h"
#include "interp/assist/assist.h"

/* How the words proposed are written. */
typedef enum pol_writing {
    POL_WRITE_PLAIN, /* quoted where they need it */
    POL_WRITE_NAME,  /* a name in quotes has been begun */
    POL_WRITE_TEXT   /* a text has been begun */
} pol_writing;

typedef struct pol_completer {
    pol_analysis *analysis;
    POL_VEC(pol_token) tokens; /* before the place, without the word being written */
    size_t start;              /* where the statement begins */
    int head;                  /* its keyword, 替换 left out; 0: none */
    pol_sources sources;       /* the text before the place */
    pol_span replaced;
    pol_writing writing;
    pol_follow follow;
    pol_names seen;
    POL_VEC(pol_proposal) proposals;
} pol_completer;

/* Could this token stand there? */
bool pol_complete_allows(const pol_completer *c, int token);
/* The kind of the token `back` before the place: 1 is the last; 0 when there is none in the statement. */
int pol_complete_before(const pol_completer *c, size_t back);
/* Proposes a text once. `other`, `detail`: NULL or borrowed from the language or the answer. */
void pol_complete_add(pol_completer *c, pol_word_kind kind, pol_str name, const char *other, const char *detail);

/* Proposes the keyword if it can stand there and is meant as one. */
void pol_complete_keyword(pol_completer *c, const pol_keyword *keyword);

/* Proposes what can be meant; false when nothing else than that can stand there. */
bool pol_complete_names(pol_completer *c);

#endif

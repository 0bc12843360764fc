/* For the unit tests of grammar/: a text parsed into a tree, its diagnostics, its printed form. */
#ifndef POL_TEST_GRAMMAR_H
#define POL_TEST_GRAMMAR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/lex_literal.h"
#include "grammar/lex_word.h"
#include "grammar/lexer.h"
#include "grammar/parse.h"
#include "grammar/parse.tab.h"

typedef struct parsed {
    pol_arena arena;
    pol_sources sources;
    pol_diags diags;
    pol_tree tree;
    uint32_t file;
    bool complete; /* memory did not run out */
} parsed;

static inline void parse_bytes(parsed *p, pol_str text, const pol_allocator *allocator)
{
    memset(p, 0, sizeof *p);
    pol_arena_init(&p->arena, allocator);
    pol_sources_init(&p->sources, &p->arena);
    p->file = pol_sources_add(&p->sources, POL_STR("t.pol"), text);
    pol_diags_init(&p->diags, &p->arena, &p->sources);
    p->tree.arena = &p->arena;
    p->complete = p->file != UINT32_MAX && pol_parse(&p->tree, &p->sources, p->file, &p->diags);
    if (p->complete)
        pol_diags_sort(&p->diags);
}

static inline void parse_text(parsed *p, const char *text)
{
    parse_bytes(p, pol_str_of(text), NULL);
}

static inline void parsed_free(parsed *p)
{
    pol_arena_reset(&p->arena);
}

/* The printed tree, NUL-terminated, in the arena. */
static inline const char *tree_text(parsed *p)
{
    pol_text out;
    pol_text_init(&out, &p->arena);
    if (p->tree.root != NULL)
        pol_tree_print(&out, &p->tree.root->node);
    else
        pol_text_add(&out, POL_STR("-"));
    return out.bytes;
}

/* "E0101@3:5 E0108@4:1": codes and places in order. */
static inline const char *codes_text(parsed *p)
{
    pol_text out;
    pol_text_init(&out, &p->arena);
    pol_text_add(&out, POL_STR(""));
    for (size_t i = 0; i < p->diags.items.count; i++) {
        const pol_diag *diag = p->diags.items.items[i];
        const pol_place place = pol_source_place(&p->sources.items[p->file], diag->span.start);
        pol_text_format(&out, "%s%s@%u:%u", i > 0 ? " " : "", pol_diag_code_text(diag->code),
                        (unsigned)place.line, (unsigned)place.column);
    }
    return out.bytes != NULL ? out.bytes : "";
}

#endif

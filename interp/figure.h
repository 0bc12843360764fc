/* The tree of figures that explains a settlement, and its two forms: text with box characters, JSON.
 * explain.c builds it; a figure knows nothing of policies. All texts are borrowed and live in the
 * arena of the tree. */
#ifndef POL_INTERP_FIGURE_H
#define POL_INTERP_FIGURE_H

#include "interp/base/source.h"

typedef struct pol_citation { /* 依据 */
    pol_str clause, title;
} pol_citation;

typedef struct pol_figure pol_figure;
struct pol_figure {
    const char *kind;   /* 种类, static; the same in both languages */
    pol_str name;       /* 名称 */
    pol_str value;      /* 值; empty: none */
    bool is_number;     /* the value is shown flush right */
    pol_str formula;    /* 算式: the script's words */
    pol_str numbers;    /* 代入: the same with numbers for names */
    pol_str note;       /* 说明, in the language of the call */
    bool again;         /* 见上: explained further up */
    bool unused;        /* 未用: a branch or alternative that was not taken */
    uint32_t line;      /* 行, 0: none */
    pol_span span;      /* what of the source it is of; empty: none */
    pol_str script;     /* 脚本, when the line is one of a superior script */
    pol_str policy, matter, id; /* of a root: 文件, 业务类型, 编号 */
    POL_VEC(pol_citation) citations;
    POL_VEC(pol_figure *) parts;
};

/* A new part of `parent` (NULL: a root). NULL only when memory ran out; all functions take NULL. */
pol_figure *pol_figure_add(pol_arena *arena, pol_figure *parent, const char *kind, pol_str name);

/* The tree as text. The root's name is the first line, its parts follow. */
void pol_figure_text(pol_text *out, const pol_figure *root, pol_lang lang);
/* The tree as one JSON object on one line, line end included. Keys: see explain.h. */
void pol_figure_json(pol_text *out, const pol_figure *root);

#endif

/* What the files of the formatter share. A text is a row of pieces – tokens and comments – and everything that is
 * decided about the layout stands in them:
 *
 *   format.c        reads the pieces, calls the others in this order, writes the result
 *   format_spell.c  how each is written, and the blanks between two
 *   format_mark.c   what the tree says: where statements, parts, values, lists and columns begin
 *   format_line.c   line breaks, indentation, lines that are too long
 *   format_align.c  columns */
#ifndef POL_GRAMMAR_FORMAT_INTERNAL_H
#define POL_GRAMMAR_FORMAT_INTERNAL_H

#include "grammar/format.h"
#include "grammar/lexer.h"
#include "grammar/parse.tab.h"

#define POL_NO_PIECE UINT32_MAX
#define POL_NO_LIST  UINT32_MAX

enum {
    POL_LINE_WIDTH = 120,    /* of what stands before a citation or a comment */
    POL_CITATION_WIDTH = 80, /* what is wider does not move the column of citations */
    POL_COLUMN_WIDTH = 80,   /* likewise for columns inside statements */
    POL_INDENT = 2,
    POL_DEEPEST_INDENT = 90
};

typedef enum pol_mark {
    POL_MARK_STATEMENT = 1, /* begins a statement */
    POL_MARK_PART = 2,      /* begins a step, an input, an item of the header, a reason, 给定, 期望 */
    POL_MARK_NAME = 4,      /* a word that stands as a name, whatever else it means */
    POL_MARK_CALL = 8,      /* the parenthesis behind the name of a function */
    POL_MARK_APART = 16,    /* two blanks before it */
    POL_MARK_ENUMERATE = 32 /* a comma that a Chinese text writes as 、 */
} pol_mark;

typedef struct pol_format_piece {
    int kind;            /* of its token, or POL_TOKEN_COMMENT */
    uint32_t start, end; /* in the source */
    pol_str text;        /* as it is written */
    int width;
    unsigned marks;
    unsigned breaks;    /* line ends before it: 2 is a blank line */
    bool was_indented;  /* began its line, behind blanks */
    int gap;            /* blanks before it in the middle of a line */
    int column;         /* where it stands */
    uint32_t list;      /* it begins an element of this list, before which a long line is broken */
    uint32_t value_end; /* a value begins here, and ends before that piece; 0: none */
} pol_format_piece;

/* Elements between which a line that is too long is broken. Outer lists have lower numbers. */
typedef struct pol_format_list {
    uint32_t start, end; /* pieces */
    bool fills;          /* as many to a line as fit; otherwise each on a line of its own */
    bool is_done;
} pol_format_list;

/* The piece stands in a column with others of its group and rank, measured from `origin`. Inner groups have higher
 * numbers. */
typedef struct pol_stop {
    uint32_t group, rank, piece, origin;
} pol_stop;

typedef struct pol_format_state {
    pol_arena *arena;
    pol_lang lang; /* of signs and commas */
    pol_keyword_lang keywords;
    pol_lexer lexer;
    POL_VEC(pol_format_piece) pieces;
    pol_format_piece nothing;
    POL_VEC(pol_format_list) lists;
    POL_VEC(pol_stop) stops;
    uint32_t group_count;
} pol_format_state;

bool pol_piece_opens(const pol_format_piece *piece);
bool pol_piece_closes(const pol_format_piece *piece);
/* The piece that begins at this place of the source, or the first behind it. */
uint32_t pol_piece_at(const pol_format_state *f, uint32_t offset);

void pol_format_spell(pol_format_state *f);
void pol_format_gaps(pol_format_state *f);
void pol_format_mark(pol_format_state *f, pol_ast_file *file);
/* The breaks that the source has, then those that are needed. */
void pol_format_read_breaks(pol_format_state *f);
void pol_format_break(pol_format_state *f);
/* Breaks lines that are too long. */
void pol_format_wrap(pol_format_state *f);
/* Sets the columns of all pieces. */
void pol_format_place(pol_format_state *f);
/* Blanks that make columns. */
void pol_format_align(pol_format_state *f);

#endif

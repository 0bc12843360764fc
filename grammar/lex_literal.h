/* Literals that begin with a digit: money, ratios, numbers, dates. Exact: digits and a power of ten.
 * A pure function of the text; the lexer reports what it finds wrong. */
#ifndef POL_GRAMMAR_LEX_LITERAL_H
#define POL_GRAMMAR_LEX_LITERAL_H

#include "interp/base/date.h"
#include "interp/base/diag.h"
#include "interp/base/number.h"

#define POL_MAX_INTEGER_DIGITS 15
#define POL_MAX_DECIMAL_DIGITS 6
#define POL_MAX_MONTHS         3600

typedef struct pol_literal {
    int token;         /* TOK_MONEY, TOK_PERCENT, TOK_NUMBER, TOK_DATE, TOK_MONTHDAY, TOK_MONTHS, or
                        * TOK_STRING: no literal but a text that begins with a digit (an error) */
    size_t length;     /* in bytes */
    pol_decimal value; /* money in yuan, 70% as 0.70, numbers */
    bool points;       /* 百分点 */
    pol_str unit;      /* of a number: "天", "岁", "次" or empty */
    pol_date date;
    int month, day;
    int months;
    int problem;       /* a pol_diag_code, or -1: what is wrong with it */
    char proposal[80]; /* the literal that was probably meant, or "" */
} pol_literal;

/* Reads the literal at the start of `text`, which begins with an ASCII or full-width digit. When
 * something is wrong the result is still a literal of the kind that was meant. */
void pol_lex_literal(pol_str text, pol_literal *literal);
/* The number of digits 0…9 that the character at the start stands for, or -1; its size in bytes. */
int pol_lex_digit(pol_str text, size_t *size);
/* Dec-20: an English month, a hyphen, a day, at the start of `text`. */
bool pol_lex_month_name(pol_str text, pol_literal *literal);

#endif

#include "grammar/syntax.h"

#include "grammar/lex_word.h"

pol_repair pol_syntax_report(pol_build *build, size_t error)
{
    const pol_token token = *pol_token_at(build, error);
    pol_diag *diag = pol_report(build->diags, POL_D_SYNTAX, pol_token_span(build, &token));
    pol_diag_text(build->diags, diag, "found", pol_span_text(build->sources, pol_token_span(build, &token)));
    pol_text t; pol_text_init(&t, build->scratch);
    for (unsigned i = 0; i < build->expected_count; i++) pol_text_format(&t, "%s ", pol_token_name(build->expected[i]));
    pol_diag_text(build->diags, diag, "expected", pol_text_str(&t));
    return (pol_repair){ POL_REPAIR_NONE, 0, 0 };
}

void pol_syntax_preview(pol_build *build, pol_token *token)
{
    (void)build;
    (void)token;
}

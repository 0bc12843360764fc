/* The beginning of a regional script: what its superior leaves open, listed ready to be filled in. */
#include "interp/script.h"

typedef struct starter {
    const pol_script *script;
    pol_text out;
    pol_lang lang;
} starter;

/* What the starter says, in both languages. */
typedef struct words {
    const char *zh, *en;
} words;

static void say(starter *s, words w)
{
    pol_text_add(&s->out, pol_str_of(s->lang == POL_ZH ? w.zh : w.en));
}

/* The script's own words, on one line. */
static void say_source(starter *s, pol_span span)
{
    const pol_str text = pol_span_text(&s->script->sources, span);
    bool was_blank = false;
    for (size_t i = 0; i < text.length; i++) {
        const char c = text.bytes[i];
        const bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!is_blank || !was_blank)
            pol_text_char(&s->out, is_blank ? ' ' : c);
        was_blank = is_blank;
    }
}

static void say_basis(starter *s, const pol_list *basis)
{
    for (uint32_t i = 0; i < basis->count; i++) {
        say(s, i == 0 ? (words){ "（依据 ", " (basis " } : (words){ "、", ", " });
        say_source(s, basis->items[i]->span);
    }
    if (basis->count > 0)
        say(s, (words){ "）", ")" });
}

/* ---- one parameter ------------------------------------------------------------------------------------------ */

/* A value that the type and the first bound for everybody allow: to be replaced. */
static void say_value(starter *s, const pol_ast_param *param)
{
    const pol_ast_bound *bound = NULL;
    for (uint32_t i = 0; i < param->bounds.count && bound == NULL; i++) {
        const pol_ast_bound *one = POL_AS_CONST(bound, param->bounds.items[i]);
        if (one->when == NULL && (one->op == POL_GE || one->op == POL_LE || one->op == POL_EQ))
            bound = one;
    }
    const int kind = param->type == NULL ? POL_TYPE_AMOUNT : POL_AS_CONST(type, param->type)->kind;
    if (kind == POL_TYPE_TIERS)
        say(s, (words){ "{ [0元, 不限) : ", "{ [0 yuan, unlimited) : " });
    if (bound != NULL)
        say_source(s, bound->value->span);
    else if (param->value != NULL)
        say_source(s, param->value->span);
    else
        switch ((pol_type_kind)kind) {
        case POL_TYPE_AMOUNT: say(s, (words){ "1000元", "1000 yuan" }); break;
        case POL_TYPE_RATIO:
        case POL_TYPE_TIERS: say(s, (words){ "60%", "60%" }); break;
        case POL_TYPE_INTEGER: say(s, (words){ "1", "1" }); break;
        case POL_TYPE_YESNO: say(s, (words){ "是", "yes" }); break;
        case POL_TYPE_DATE: say(s, (words){ "2024-01-01", "2024-01-01" }); break;
        case POL_TYPE_TEXT: say(s, (words){ "\"\"", "\"\"" }); break;
        case POL_TYPE_NAMED:
        case POL_TYPE_LABELS: say(s, (words){ "…", "…" }); break;
        }
    if (kind == POL_TYPE_TIERS)
        say(s, (words){ " }", " }" });
}

static void say_param(starter *s, const pol_ast_param *param)
{
    say(s, (words){ "\n# ", "\n# " });
    say_source(s, param->name->span);
    if (param->type != NULL) {
        say(s, (words){ "：", ": " });
        say_source(s, param->type->span);
    }
    if (param->value != NULL) {
        say(s, (words){ "，不写时为 ", ", without it " });
        say_source(s, param->value->span);
    }
    say_basis(s, &param->basis);
    for (uint32_t i = 0; i < param->bounds.count; i++) {
        say(s, (words){ "\n#   须 ", "\n#   must be " });
        say_source(s, param->bounds.items[i]->span);
    }
    say(s, (words){ "\n# 参数 ", "\n# parameter " });
    say_source(s, param->name->span);
    say(s, (words){ " = ", " = " });
    say_value(s, param);
    say(s, (words){ "\n", "\n" });
}

/* The open parameters of a section: shared ones, or those of a matter. */
static void say_params(starter *s, const pol_matter *matter, bool shared)
{
    for (uint32_t i = 0; i < matter->param_count; i++) {
        const pol_symbol *symbol = matter->params[i];
        const pol_ast_param *param = POL_AS_CONST(param, symbol->node);
        if (symbol->shared == shared && param->by_region)
            say_param(s, param);
    }
}

/* ---- the script ---------------------------------------------------------------------------------------------- */

static void say_header(starter *s, const char *extends)
{
    const pol_ast_header *header = s->script->model.header;
    say(s, (words){ "# 一份地方文件的脚本，沿用上级文件“", "# The script of a regional document that extends “" });
    pol_text_add(&s->out, s->script->model.title);
    say(s, (words){ "”。\n"
                    "# 上级留给地方定的参数列在下面。定一个参数：去掉“# 参数”前的 #，把等号后的值换成本地文件的数。\n"
                    "# 不定的参数仍由每笔数据给出。写完依次运行 pol fmt、pol check、pol test。\n",
                    "”.\n"
                    "# What the superior leaves to the region is listed below. To set a parameter delete the # before it\n"
                    "# and write your document's figure behind the equals sign. One that is not set still comes with\n"
                    "# each claim. Then run pol fmt, pol check, pol test.\n" });
    say(s, (words){ "政策 \"文件编号\" \"文件名称\"\n  沿用 \"", "policy \"number\" \"name\"\n  extends \"" });
    pol_text_add(&s->out, pol_str_of(extends));
    say(s, (words){ "\"\n  施行 ", "\"\n  effective " });
    const pol_ast_period *period = POL_AS_CONST(period, header->effective);
    say(s, (words){ "自 ", "from " });
    say_source(s, period->from->span);
    if (period->to != NULL) {
        say(s, (words){ " 至 ", " to " });
        say_source(s, period->to->span);
    } else {
        say(s, (words){ " 起", " on" });
    }
    say(s, (words){ "\n\n# 本地文件的条款，一条一行，写好后去掉 #；每个语句后面用 依据 \"条款号\" 注明。\n"
                    "# 条款 \"一\" \"对象\"\n"
                    "# 条款 \"二\" \"职责分工\"  不计算 \"部门职责，不影响待遇\"\n",
                    "\n\n# The clauses of the document, a line each, without the #; statements cite them by basis \"number\".\n"
                    "# clause \"1\" \"who\"\n"
                    "# clause \"2\" \"duties\"  no_rule \"duties of departments, no effect on benefits\"\n" });
}

static void say_matter(starter *s, const pol_matter *matter)
{
    if (matter->node == NULL)
        return;
    say(s, (words){ "\n业务 ", "\nmatter " });
    say_source(s, POL_AS_CONST(matter, matter->node)->name->span);
    say(s, (words){ "\n", "\n" });
    say_params(s, matter, false);
}

pol_status pol_script_starter(pol_script *script, const char *extends, pol_lang lang, pol_writer out)
{
    if (!script->checked || script->diags.error_count > 0)
        return POL_FINDINGS;
    const pol_model *model = &script->model;
    pol_arena scratch;
    pol_arena_init(&scratch, &script->arena.allocator);
    starter s = { .script = script, .lang = lang };
    pol_text_init(&s.out, &scratch);
    say_header(&s, extends);
    if (model->matters.count > 0)
        say_params(&s, model->matters.items[0], true);
    for (size_t i = 0; i < model->matters.count; i++)
        say_matter(&s, model->matters.items[i]);
    pol_status status = POL_OK;
    if (pol_arena_failed(&scratch))
        status = POL_NO_MEMORY;
    else if (!out.write(out.user, s.out.bytes, s.out.length))
        status = POL_WRITE_FAILED;
    pol_arena_reset(&scratch);
    return status;
}

#include "interp/base/diag_page.h"

#include <string.h>

static const pol_diag_page k_pages[POL_DIAG_COUNT] = {
#define POL_PAGE(name, en, zh, wrong, right) [POL_D_##name] = { en, zh, wrong, right },
#include "interp/base/diag_pages.def"
#undef POL_PAGE
};

static const char *const k_templates[POL_DIAG_COUNT][2] = {
#define POL_DIAG(name, code, severity, en, zh) [POL_D_##name] = { zh, en },
#include "interp/base/diag_codes.def"
#undef POL_DIAG
};

static const char *const k_lints[POL_DIAG_COUNT][2] = {
#define POL_LINT(name, en, zh) [POL_D_##name] = { zh, en },
#include "interp/base/diag_lints.def"
#undef POL_LINT
};

const char *pol_diag_lint(pol_diag_code code, pol_lang lang)
{
    return k_lints[code][lang == POL_ZH ? 0 : 1];
}

pol_diag_code pol_diag_lint_find(pol_str name)
{
    for (int code = 0; code < POL_DIAG_COUNT; code++)
        for (int lang = 0; lang < 2 && k_lints[code][lang] != NULL; lang++)
            if (pol_str_equal(name, pol_str_of(k_lints[code][lang])))
                return (pol_diag_code)code;
    const pol_diag_code code = pol_diag_code_find(name);
    return code < POL_DIAG_COUNT && k_lints[code][0] != NULL ? code : POL_DIAG_COUNT;
}

const pol_diag_page *pol_diag_page_of(pol_diag_code code)
{
    return &k_pages[code];
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

pol_diag_code pol_diag_code_find(pol_str text)
{
    for (int code = 0; code < POL_DIAG_COUNT; code++) {
        const char *known = pol_diag_code_text((pol_diag_code)code);
        size_t i = 0;
        while (i < text.length && known[i] != '\0' && upper(text.bytes[i]) == known[i])
            i++;
        if (i == text.length && known[i] == '\0')
            return (pol_diag_code)code;
    }
    return POL_DIAG_COUNT;
}

const char *pol_diag_frame(const char *example)
{
    static const char *const k_whole[] = { "政策", "policy", "#" };
    for (size_t i = 0; i < sizeof k_whole / sizeof k_whole[0]; i++)
        if (strncmp(example, k_whole[i], strlen(k_whole[i])) == 0)
            return "";
    return "政策 \"demo\" \"某县医疗救助办法\"  施行 自 2024-01-01 起\n"
           "类别 人员类别 { 特困人员, 低保对象, 其他 }\n"
           "业务 医疗费用结算 按 出院日期\n"
           "输入\n"
           "  出院日期 : 日期\n"
           "  人员类别 : 人员类别\n"
           "  住院     : 是否 = 是\n"
           "  年龄     : 整数\n"
           "  病种     : 文字 = \"\"\n"
           "  费用     : 金额\n"
           "  自费     : 金额 = 0元\n"
           "要求 年龄 < 150 或 住院 或 病种 = \"\" 或 人员类别 = 其他 或 出院日期 ≥ 2024-01-01  \"年龄有误\"\n"
           "结算 总费用 = 费用 + 自费\n";
}

const char *pol_diag_template(pol_diag_code code, pol_lang lang)
{
    return k_templates[code][lang == POL_ZH ? 0 : 1];
}

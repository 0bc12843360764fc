/* One settled claim as the tree of its figures (pol_explain of pol.h). It comes after the VM: the claim
 * runs alone in a block of the traced program, then the tree is read off the registers, from the total
 * over every payer of the person's order to statuses, accumulators and outputs.
 *
 * As JSON the tree is one object, the same in both languages but for 说明; every part has the same keys,
 * those without content are left out:
 *
 *   种类   what the part is; one of:
 *          结算 拒绝 | 就高 类别 总费用 顺序 支付 付款方 余额 视同 条件 基数 起付 分段 档 比例 金额 应付 取整 封顶
 *          余额限制 个人负担 医院承担 | 定义 参数 状态 理由 当 则 否则 按 行 | 垫付 代付 累计 此前 增加 附加 合计
 *          | 错误 字段 要求 界限 位置 说明
 *   名称   the name or the condition, in the script's words
 *   值     the value: amounts, ratios and numbers as decimal text ("≈" before a rounded one), 是 / 否
 *   算式   the formula in the script's words           代入   the same with values for names
 *   说明   a remark in the language of the call         依据   list of {条款, 标题}
 *   行     line of the script                           脚本   its name, when it is a superior script
 *   见上   true: explained further up
 *   未用   true: a branch, alternative or category not taken
 *   分项   list of parts
 *   文件, 业务类型, 编号   of the root, as in a result
 *
 * The root of a settlement (结算) also has, as parts, exactly the figures of the result that pol run
 * writes; the root of a rejected claim (拒绝) has 错误 first. */
#ifndef POL_INTERP_EXPLAIN_H
#define POL_INTERP_EXPLAIN_H

#include "interp/figure.h"
#include "interp/inspect.h"

/* The tree of a claim that ran: a settlement, or, when it has a finding, a rejection; `lang` is that of
 * remarks. NULL when memory ran out. Texts live in claim->arena. */
pol_figure *pol_explain_claim(pol_one_claim *claim, pol_lang lang);

/* The tree of one name of a claim that ran: its formula and what that rests on, down to the inputs. Payers,
 * steps and definitions stand in it once. NULL when there is no such name, or memory ran out. */
pol_figure *pol_explain_why(pol_one_claim *claim, pol_str name, pol_lang lang);

#endif

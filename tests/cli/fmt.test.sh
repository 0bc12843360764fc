#!/usr/bin/env bash
# pol fmt: files, standard input, --check, --diff, --keywords; scripts with errors stay as they are.
. "$POL_SOURCE/tests/cli/common.sh" || exit 2

cat >messy.pol <<'POL'
政策 "demo" "某县医疗救助办法" 施行 自 2024-01-01 起
业务 医疗费用结算
输入 费用：金额  # 全部
 低保对象：是否
结算 总费用＝费用
待遇 救助 基数 余额 比例 70％
POL
cat >tidy.pol <<'POL'
政策 "demo" "某县医疗救助办法"  施行 自 2024-01-01 起
业务 医疗费用结算
输入
  费用     : 金额  # 全部
  低保对象 : 是否
结算 总费用 = 费用
待遇 救助  基数 余额  比例 70%
POL

# Standard input to standard output.
"$POL" fmt - <messy.pol >out
same out tidy.pol

# Looking without writing.
cp messy.pol copy.pol
run 1 fmt --check copy.pol tidy.pol
same out <(echo copy.pol)
run 0 fmt --check tidy.pol
silent out
run 1 fmt --diff copy.pol
says out '--- copy.pol'
says out '-结算 总费用＝费用'
says out '+结算 总费用 = 费用'
says_not out '-业务'
run 0 fmt --diff tidy.pol
silent out
same copy.pol messy.pol

# What --diff shows is what patch applies.
if command -v patch >/dev/null; then
    "$POL" fmt --diff copy.pol >change
    holds "the difference can be applied" patch -s copy.pol change
    same copy.pol tidy.pol
    cp messy.pol copy.pol
fi

# Files are written in place; permissions and links stay; what is tidy is not touched.
cp messy.pol other.pol
chmod 640 copy.pol
ln -s copy.pol link.pol
touch -d 2001-01-01 tidy.pol
run 0 fmt link.pol other.pol tidy.pol
silent out
same copy.pol tidy.pol
same other.pol tidy.pol
holds "the link is still one" test -L link.pol
holds "permissions stay" test "$(stat -c %a copy.pol)" = 640
holds "a tidy file is not written" test "$(stat -c %Y tidy.pol)" = "$(date -d 2001-01-01 +%s)"
holds "nothing is left over" test -z "$(ls ./*.partial 2>/dev/null)"

# Keywords in one language; names, texts and numbers stay.
run 0 fmt --keywords en copy.pol
says copy.pol 'benefit 救助  base 余额  ratio 70%'
run 0 fmt --keywords zh copy.pol
same copy.pol tidy.pol
run 2 fmt --keywords fr copy.pol

# A script with syntax errors, or one that is none, stays; the others are done.
printf '政策 "a" "b"\n定义 x = = 1\n' >bad.pol
cp bad.pol kept.pol
cp messy.pol copy.pol
run 1 fmt bad.pol copy.pol
says err '[E01'
says err 'bad.pol: has syntax errors, left as it is'
same bad.pol kept.pol
same copy.pol tidy.pol
run 2 fmt nowhere.pol
says err 'nowhere.pol: cannot be read'
# Errors of other kinds do not matter.
sed 's/基数 余额/基数 无此名/' messy.pol >wrong.pol
run 0 fmt wrong.pol
says wrong.pol '待遇 救助  基数 无此名  比例 70%'

# A file that cannot be written stays as it is.
mkdir locked
cp messy.pol locked/a.pol
chmod 555 locked
if [ ! -w locked ]; then
    run 2 fmt locked/a.pol
    says err 'cannot be written'
    same locked/a.pol messy.pol
fi
chmod 755 locked

# Every script of the project is as fmt writes it (tests of broken scripts and of the scanner excepted).
find "$POL_SOURCE/stdlib-policies" "$POL_SOURCE/tests" -name '*.pol' \
    -not -path '*/tests/diag/*' -not -path '*/golden/tree/*' -not -path '*/golden/tokens/*' -print0 |
    xargs -0 "$POL" fmt --check >out 2>err
says_not out '.pol'

finish

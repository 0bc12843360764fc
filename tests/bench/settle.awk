# The claims of claims.csv (gen.c) by the rules of document 003, as in baseline/banan.h: prints the claim's
# number and its four amounts. Amounts are whole fen in awk's numbers, which hold them exactly.
function fen(text) { return int(text * 100 + 0.5) }
function excess(rest, total, tenths,    x) { x = 10 * rest - tenths * total; return x > 0 ? int((x + 5) / 10) : 0 }
function brackets(self,    x) {
    x = 0
    if (self > 5000000) { x += 95 * (self - 5000000); self = 5000000 }
    if (self > 1000000) { x += 85 * (self - 1000000); self = 1000000 }
    if (self > 100000) x += 70 * (self - 100000)
    return int((x + 50) / 100)
}
BEGIN { FS = "," }
NR == 1 { next }
{
    inside = fen($10); outside = fen($11); total = inside + outside
    earlier = fen($12) + fen($13) + fen($14)
    self = inside - earlier; room = 20000000 - fen($15)
    if (self < 0) self = 0
    if (room < 0) room = 0
    fund = brackets(self)
    if (fund > room) fund = room
    if (fund > self) fund = self
    rest = total - earlier - fund
    tenths = $6 == "住院" ? 1 : $7 != "" ? 2 : 0
    cover = 0
    if (tenths && 10 * outside <= total && (tenths == 2 || rest >= 100000)) cover = excess(rest, total, tenths)
    rest -= cover
    district = tenths && $9 == "基层首诊" ? excess(rest, total, tenths) : 0
    printf "%s,%.2f,%.2f,%.2f,%.2f\n", $1, fund / 100, cover / 100, district / 100, (rest - district) / 100
}

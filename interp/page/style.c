/* The style sheet: a screen of any width, and A4. Fonts are those of the reader's system. */
#include "interp/page/page.h"

/* clang-format off */
const char *const pol_page_style[] = {
    ":root{--ink:#1c2430;--soft:#5b6675;--line:#d9dee5;--ground:#f5f7f9;--accent:#14558f;--warm:#a3420c}\n"
    "*{box-sizing:border-box}\n"
    "html{-webkit-text-size-adjust:100%;text-size-adjust:100%}\n"
    "body{margin:0;color:var(--ink);background:#fff;font:16px/1.7 system-ui,-apple-system,\"Segoe UI\",\"PingFang SC\",\"Hiragino Sans GB\","
    "\"Microsoft YaHei\",\"Noto Sans CJK SC\",\"Noto Sans SC\",\"Source Han Sans SC\",\"WenQuanYi Micro Hei\",sans-serif;"
    "line-break:strict;overflow-wrap:anywhere}\n"
    "main{max-width:58rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}\n"
    "h1{font-size:1.75rem;line-height:1.35;margin:.3rem 0 1rem;text-wrap:balance}\n"
    "h2{font-size:1.35rem;line-height:1.4;margin:2.6rem 0 .8rem;padding-bottom:.3rem;border-bottom:2px solid var(--accent)}\n"
    "h3{font-size:1.12rem;line-height:1.5;margin:2rem 0 .6rem;color:var(--accent)}\n"
    "h4{font-size:1rem;margin:1.4rem 0 .4rem}\n"
    "p{margin:.5rem 0}\n"
    "a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}\n"
    "ul{margin:.3rem 0;padding-left:1.3rem}\n",
    /* facts and contents */
    ".facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.5rem 0 1rem}\n"
    ".facts dt{color:var(--soft)}.facts dd{margin:0}\n"
    "nav{background:var(--ground);padding:.8rem 1.1rem;margin:1.2rem 0;border-radius:4px}\n"
    "nav ul{list-style:none;padding:0;margin:0;columns:2 16rem}nav ul ul{columns:1;padding-left:1.1rem;font-size:.93rem}\n"
    "nav li{break-inside:avoid}\n"
    ".soft{color:var(--soft);font-size:.92rem}\n"
    ".basis{color:var(--soft);font-size:.86rem}\n"
    ".tag{display:inline-block;font-size:.78rem;font-weight:400;line-height:1.5;color:var(--soft);border:1px solid var(--line);"
    "border-radius:3px;padding:0 .4em;margin-left:.5em;vertical-align:middle}\n",
    /* tables */
    ".wide{overflow-x:auto;margin:.5rem 0 1rem}\n"
    "table{border-collapse:collapse;width:100%;overflow-wrap:break-word;font-size:.94rem;line-height:1.55}\n"
    "th,td{text-align:left;vertical-align:top;padding:.38rem .6rem;border-bottom:1px solid var(--line)}\n"
    "thead th{background:var(--ground);font-weight:600;white-space:nowrap}thead th.num{white-space:normal;min-width:5em}\n"
    "th{font-weight:600}tbody th{font-weight:500}.rules>tbody>tr>th{font-weight:600}\n"
    ".num{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}\n"
    "td table,td ul{margin:0;font-size:inherit}td table{width:auto}\n"
    ".small table,table.small{font-size:.85rem}\n"
    ".steps>tbody>tr>th{width:5.5rem;white-space:nowrap;color:var(--soft)}.steps>tbody>tr>td.basis{width:11rem}\n"
    ".basis a{display:inline-block}td>.range{white-space:nowrap}td.basis{min-width:6.5rem}tbody th{min-width:6.2em}\n"
    ".payer,.ex{border:1px solid var(--line);border-radius:5px;padding:.3rem 1rem .8rem;margin:1rem 0}\n"
    ".payer h4,.ex h4{margin:.6rem 0 .3rem}\n"
    ".k::before{content:\",\"}\n"
    ".total th,.total td{border-top:2px solid var(--ink);font-weight:600}\n"
    ".self th,.self td{color:var(--warm);font-weight:600}\n"
    ".choice{list-style:none;padding:0}\n",
    /* pictures */
    "figure{margin:1rem 0}figcaption{font-size:.92rem;color:var(--soft);margin-top:.3rem}\n"
    ".orders{display:flex;flex-wrap:wrap;gap:1rem 1.5rem;align-items:flex-start}\n"
    ".orders figure{margin:0;width:20rem;max-width:100%}\n"
    "svg{display:block;width:100%;height:auto;font-family:inherit}\n"
    ".chart{max-width:42rem}\n"
    ".box{fill:#fff;stroke:#8a97a8}.box.sum{fill:#e8eff7;stroke:#14558f}.box.own{fill:#fdece0;stroke:#a3420c}\n"
    "svg text{fill:#1c2430}svg .q{fill:#5b6675}.arrow{stroke:#5b6675;fill:none}.head{fill:#5b6675}\n"
    ".grid{stroke:#e3e7ec}.axis{stroke:#5b6675}.mark{stroke:#1c2430;stroke-dasharray:3 3;stroke-opacity:.55}\n"
    ".s0{fill:#8fb8de}.s1{fill:#2f77b5}.s2{fill:#9fd3b4}.s3{fill:#2f9163}.s4{fill:#cbb7e3}.s5{fill:#7b58ab}"
    ".s6{fill:#e5d38b}.s7{fill:#a89030}.s8{fill:#9fd6dc}.s9{fill:#3b8f99}.sh{fill:#c4cbd4}.sp{fill:#ee9a5d}\n"
    ".legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;font-size:.92rem}\n"
    ".legend svg{display:inline-block;width:.9em;height:.9em;margin-right:.4em;vertical-align:-.08em}\n",
    /* steps of an example */
    "details{margin:.5rem 0}summary{cursor:pointer;color:var(--accent)}\n"
    ".tree,.tree ul{list-style:none;padding-left:0;margin:.2rem 0}\n"
    ".tree ul{padding-left:.9rem;border-left:1px solid var(--line)}\n"
    ".tree li{margin:.15rem 0;font-size:.93rem;line-height:1.5}\n"
    ".row{display:flex;gap:.8rem;justify-content:space-between}\n"
    ".row .num{flex:none;max-width:60%;white-space:normal}\n"
    ".why{color:var(--soft);font-size:.88rem}\n"
    ".unused{opacity:.62}\n"
    "pre{white-space:pre-wrap;font-size:.82rem;background:var(--ground);padding:.6rem;margin:.3rem 0}\n"
    ".pair{display:grid;grid-template-columns:1fr 1fr;gap:0 1.6rem}.pair h5{font-size:.92rem;margin:.4rem 0 .2rem;color:var(--soft)}\n",
    /* the card */
    ".card h1{font-size:1.5rem;text-align:center;margin-bottom:.2rem}.card .under{text-align:center;margin-top:0}\n"
    ".card h2{font-size:1.08rem;margin:1.1rem 0 .35rem;padding:0 0 .15rem}\n"
    ".card h3{font-size:.95rem;margin:.4rem 0 .2rem}.card table{font-size:.88rem}.card ol{margin:.3rem 0;padding-left:1.5rem}.brief{padding-left:1.1rem}.card .brief li{margin:.2rem 0}\n",
    "@media (max-width:40rem){main{padding:1rem .9rem 3rem}h1{font-size:1.4rem}.pair{grid-template-columns:1fr}\n"
    ".rules>thead{display:none}.steps,.rules,.steps>tbody,.rules>tbody,.steps>tbody>tr,.rules>tbody>tr,.steps>tbody>tr>*,.rules>tbody>tr>*"
    "{display:block;width:auto!important;border:0;padding:0}"
    ".steps>tbody>tr,.rules>tbody>tr{border-bottom:1px solid var(--line);padding:.35rem 0}\n"
    "th,td{padding:.32rem .4rem}.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:.35rem}}\n"
    "@page{size:A4;margin:16mm 15mm 18mm}@page card{size:A4;margin:10mm 13mm}.card{page:card}\n"
    "@media print{body{font-size:10.5pt;line-height:1.55}main{max-width:none;padding:0}nav{display:none}a{color:inherit}\n"
    "h1{font-size:17pt}h2{font-size:13.5pt;margin-top:1.5rem}h3{font-size:11.5pt}h2,h3,h4,h5{break-after:avoid}\n"
    "thead{display:table-header-group}tr,figure,.row,.legend{break-inside:avoid}.ex{break-inside:avoid}details:not([open]){display:none}\n"
    ".wide{overflow:visible}table{font-size:9.5pt}.small table,table.small{font-size:8pt}.small th,.small td{padding:.2rem .25rem}"
    "thead th{white-space:normal}summary{list-style:none;color:inherit}\n"
    ".card{font-size:9pt;line-height:1.42}.card h1{font-size:14pt;margin:0}.card h2{font-size:10.5pt;margin:.35rem 0 .15rem}.card .wide{margin:.2rem 0}"
    ".card table{font-size:8.2pt;line-height:1.3}.card th,.card td{padding:.09rem .3rem}.card p,.card ul,.card .soft{margin:.15rem 0;font-size:8.6pt}.card h3{font-size:9.5pt;margin:.2rem 0}.card .soft{font-size:8.2pt}\n"
    "svg,.box,thead th{-webkit-print-color-adjust:exact;print-color-adjust:exact}}\n",
    NULL
};
/* clang-format on */

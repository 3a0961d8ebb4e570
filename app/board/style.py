"""How the board looks: one style sheet, no asset; its digest is the only thing the policy lets in."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Final

STYLE: Final = """
:root{--ink:#1b2733;--soft:#52606d;--line:#d3dae2;--ground:#eef1f5;--panel:#fff;--head:#12335c;--go:#0b4f9e;
--red:#a51d14;--amber:#7a4700;--green:#14643b;--r:#b42318;--y:#e2a01f;--p:#8794a3;--g:#2f8f5b;--n:#d9dfe6}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:0.9375rem/1.5 system-ui,"PingFang SC",
"Microsoft YaHei","Noto Sans CJK SC",sans-serif;font-variant-numeric:tabular-nums}
a{color:var(--go)}
h1,h2,h3,p,dl,dd,ol,ul{margin:0;padding:0}
ol,ul{list-style:none}
:focus-visible{outline:3px solid #1f78d1;outline-offset:2px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:#fff;padding:.5rem 1rem;z-index:1}
.shapes{position:absolute;width:0;height:0}
.head{background:var(--head);color:#fff}
.head>div{max-width:80rem;margin:0 auto;padding:.75rem 1.25rem;display:flex;flex-wrap:wrap;
gap:.25rem 1.5rem;
align-items:center}
.head h1{font-size:1.25rem;line-height:1.3}
.head p{font-size:.8125rem;color:#cfdcec}
.head nav{margin-left:auto;display:flex;gap:1.25rem;align-items:center}
.head a,.head button{color:#fff;font:inherit;font-size:.875rem}
.head button{background:none;border:1px solid #8fa9c8;border-radius:.25rem;padding:.25rem .75rem;
min-height:2rem}
.head :focus-visible{outline-color:#fff}
main{max-width:80rem;margin:0 auto;padding:1rem 1.25rem 3rem}
.filter{display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:center;margin-bottom:1rem}
.filter p{color:var(--soft);margin-left:auto}
.filter label{font-weight:600}
select,input{font:inherit;color:inherit;background:#fff;border:1px solid #7b8794;border-radius:.25rem;
padding:.375rem .5rem;
min-height:2.25rem;max-width:100%}
.go{font:inherit;font-weight:600;color:#fff;background:var(--go);border:0;border-radius:.25rem;
padding:.375rem 1rem;
min-height:2.25rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin-bottom:1rem}
.tiles>div{background:var(--panel);border:1px solid var(--line);border-top:3px solid var(--head);
padding:.625rem .875rem}
.tiles dt{font-size:.8125rem;color:var(--soft)}
.tiles .number{font-size:1.75rem;line-height:1.25;font-weight:600}
.tiles .number small{font-size:.875rem;font-weight:400;color:var(--soft)}
.tiles .more{font-size:.8125rem;color:var(--soft)}
.tiles .is-red{border-top-color:var(--r)}
.tiles .is-red .number{color:var(--red)}
.tiles .is-yellow{border-top-color:var(--y)}
.tiles .is-yellow .number{color:var(--amber)}
.figures{display:grid;grid-template-columns:repeat(3,1fr);gap:.5rem 1rem;margin-bottom:.5rem}
.figures dt{font-size:.8125rem;color:var(--soft)}.figures .number{font-size:1.375rem;font-weight:600}
.figures small{font-size:.8125rem;font-weight:400;color:var(--soft)}td small{color:var(--soft)}
.columns{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:1rem;align-items:start}
.columns>div{display:grid;gap:1rem;min-width:0}
section{background:var(--panel);border:1px solid var(--line);padding:.875rem 1rem 1rem;min-width:0}
h2{font-size:1rem;line-height:1.4;padding-left:.5rem;border-left:4px solid var(--head);margin-bottom:.5rem}
h2 small{font-weight:400;color:var(--soft)}
h3{font-size:.9375rem;margin:.75rem 0 .25rem}
.hint{font-size:.8125rem;color:var(--soft)}
table+.hint,.scroll+.hint,ol+.hint{margin-top:.5rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{padding:.3125rem .375rem;text-align:right;border-bottom:1px solid #e6eaef;white-space:nowrap}
thead th{font-size:.8125rem;font-weight:600;color:var(--soft);border-bottom:1px solid #9aa7b4;
vertical-align:bottom}
th:first-child,td:first-child{text-align:left}
tbody th{font-weight:400;white-space:normal;min-width:8rem}
thead .mark{display:block;margin:0 0 .125rem auto}
tfoot th,tfoot td{font-weight:600;border-bottom:0;border-top:1px solid #9aa7b4}
td.zero{color:#687684}
td.red{color:var(--red);font-weight:600}
td.bar,th.bar{width:22%;min-width:3.5rem}
th.text,td.text{text-align:left;white-space:normal}
.bar svg{display:block;width:100%;height:.75rem}
.r{fill:var(--r)}.y{fill:var(--y)}.p{fill:var(--p)}.g{fill:var(--g)}.n{fill:var(--n)}.h{fill:#2f6fb3}.i{fill:var(--ink)}
.mark .y{stroke:var(--amber)}.mark .n{stroke:#687684}
.mark{width:.8125rem;height:.8125rem;vertical-align:-.0938rem;margin-right:.25rem}
.list>li{padding:.5rem 0;border-bottom:1px solid #e6eaef}
.list>li:last-child{border-bottom:0;padding-bottom:0}
.what{display:flex;flex-wrap:wrap;gap:0 .75rem;align-items:baseline}
.what strong{flex:1 1 10rem;overflow-wrap:anywhere}
.state{white-space:nowrap;font-size:.8125rem;font-weight:600}
.state.is-red{color:var(--red)}.state.is-yellow{color:var(--amber)}.state.is-green{color:var(--green)}
.who,.why{font-size:.8125rem;overflow-wrap:anywhere}
.who{color:var(--soft)}
.why{color:var(--ink)}
.tag{display:inline-block;border:1px solid var(--red);color:var(--red);padding:0 .375rem;font-size:.75rem;
font-weight:600}
.empty{color:var(--soft);padding:.25rem 0}
.door{max-width:30rem;margin:2rem auto}
.door p{margin-bottom:1rem}
.door label{display:block;font-weight:600}
.door input{width:100%;margin:.25rem 0 1rem;min-height:2.75rem}
.door .go{margin-bottom:.5rem;width:100%;min-height:2.75rem}
.wrong{color:var(--red);font-weight:600;border:2px solid var(--r);padding:.5rem .75rem}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.125rem 1rem;margin:.5rem 0 .75rem}
.facts dt{color:var(--soft)}
.sums section{margin-bottom:1rem}
.sums>p{margin-bottom:.75rem}
@media(max-width:60rem){.columns{grid-template-columns:minmax(0,1fr)}}
@media(max-width:40rem){main{padding:.75rem .75rem 2rem}.head>div{padding:.625rem .75rem}.filter p{
margin-left:0;width:100%}
section{padding:.75rem}.tiles{grid-template-columns:1fr 1fr;gap:.5rem}th,td{padding:.3125rem .25rem}
td.bar,th.bar{display:none}tbody th{min-width:4.5rem}
thead th{font-size:.75rem}}
@page{size:A4;margin:12mm}
@media print{body{background:#fff;font-size:8.5pt}.head{background:none;color:#000;
border-bottom:2px solid #000}
.head p{color:#333}.head nav,.filter select,.filter label,.filter .go,.skip{display:none}
main,.head>div{max-width:none;padding:.5rem 0}section,.tiles>div{break-inside:avoid-page;border-color:#999}
.long{break-inside:auto}.list>li,tr{break-inside:avoid}.bar svg,.mark{print-color-adjust:exact;
-webkit-print-color-adjust:exact}.tiles{grid-template-columns:repeat(6,1fr)}}
"""
_DIGEST: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
}

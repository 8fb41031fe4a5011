const LIGHT = `--page:#fff;--soft:#f5f6f8;--line:#dde1e6;--ink:#1a1e24;--muted:#5a6472;--link:#0b57a4;
--update:#b45309;--create:#15803d;--record:#0f6f8c;--adopt:#0d7d74;--drifted:#7c3aed;--rejected:#b42318;--held:#8f6a00;--in-doubt:#a63a79;--skipped:#737d8a;--unchanged:#c3cad3;
--del:#fde3df;--del-ink:#8c1d13;--ins:#d9f2df;--ins-ink:#0d5a2a;--warn:#fdf3dc;--bad:#fdeae7`;

/** The page's style sheet: light and dark, screen and A4. Contrast of text is at least 4.5 in both. */
export const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{--page:#12151a;--soft:#1b2027;--line:#323a45;--ink:#e7eaee;--muted:#a4aebb;--link:#7db8f5;
--update:#eb9b45;--create:#4fbf76;--record:#4fb3d1;--adopt:#3fc0b3;--drifted:#ab8bf5;--rejected:#f2786b;--held:#d8ad3a;--in-doubt:#e485bd;--skipped:#8a95a3;--unchanged:#465060;
--del:#4a2320;--del-ink:#ffb4aa;--ins:#1c3d27;--ins-ink:#a4e4b6;--warn:#3a3018;--bad:#43211d}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif;font-variant-numeric:tabular-nums}
html[lang=zh] [lang=en],html[lang=en] [lang=zh]{display:none}
header,main{max-width:62rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2.25rem}
main{padding-bottom:4rem}
main:focus{outline:0}
h1,h2,h3,p,dl,dd,ul,ol{margin:0;padding:0}
h1{font-size:1.75rem;line-height:1.25;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:1.2rem;line-height:1.35;font-weight:650;margin-bottom:.35rem}
h3{font-size:.95rem;font-weight:650;margin:1.6rem 0 .5rem}
ul,ol{list-style:none}
small,.faint,.lead,.sum{color:var(--muted)}
small{font-size:.86em}
code{font:.9em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","Noto Sans Mono CJK SC",monospace;overflow-wrap:anywhere}
section{padding-top:2.75rem}
#summary{padding-top:1.75rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:var(--page);padding:.4rem .8rem;z-index:1}
a{color:var(--link);text-underline-offset:.2em}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
.top{display:flex;justify-content:space-between;gap:1rem;align-items:flex-start}
.what{color:var(--muted);font-weight:550}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;margin-top:1.4rem;padding-bottom:.7rem;border-bottom:1px solid var(--line);font-size:.92rem}
nav a{text-decoration:none}nav a:hover{text-decoration:underline}
button,input,select{font:inherit;color:inherit}
button{cursor:pointer;border:1px solid var(--line);background:var(--page);border-radius:6px;padding:.25rem .8rem}
button:hover{background:var(--soft)}
.link{border:0;background:none;color:var(--link);padding:.1rem .2rem;white-space:nowrap}
.link:hover{background:none;text-decoration:underline}
.link[aria-pressed=true]{font-weight:650}
.languages{display:flex;flex:none}
html[lang] .languages button{display:block}
.languages button{border-radius:0;color:var(--muted);font-size:.88rem}
.languages button:first-child{border-radius:6px 0 0 6px;border-right:0}
.languages button:last-child{border-radius:0 6px 6px 0}
.languages [aria-pressed=true]{background:var(--soft);color:var(--ink);font-weight:600}
.notice{background:var(--soft);border-left:3px solid var(--muted);border-radius:0 6px 6px 0;padding:.6rem .9rem;margin-top:1.2rem}
.notice.warn{background:var(--warn);border-color:var(--held)}
.notice.bad{background:var(--bad);border-color:var(--rejected)}
.happens{font-size:1.45rem;line-height:1.4;font-weight:650;letter-spacing:-.01em}
.mind{margin:.5rem 0 1rem;padding-left:1.2rem;list-style:disc}.mind li::marker{color:var(--rejected)}
.alarm{color:var(--rejected)}
.bar{display:block;width:100%;height:14px;border-radius:4px;margin-top:1.1rem}
.legend{display:grid;grid-template-columns:repeat(auto-fill,minmax(17.5rem,1fr));gap:.3rem 1.6rem;margin:1rem 0 .8rem;font-size:.92rem}
.legend li{padding-left:1.2rem;position:relative}
.legend li>.dot{position:absolute;left:0;top:.5em}
.legend small{display:block;line-height:1.4}
html[lang=zh] .legend small [lang=zh],html[lang=en] .legend small [lang=en]{display:inline}
.dot{display:inline-block;width:.68em;height:.68em;border-radius:2px;margin-right:.45em}
.k-update,.k-restore,.k-restored{--k:var(--update)}.k-create{--k:var(--create)}.k-record,.k-ledger,.k-relinked{--k:var(--record)}.k-adopt,.k-unknown{--k:var(--adopt)}.k-drifted,.k-changed{--k:var(--drifted)}.k-rejected,.k-missing,.k-delete,.k-deleted,.k-orphan{--k:var(--rejected)}.k-held,.k-open,.k-left{--k:var(--held)}.k-in-doubt,.k-failed{--k:var(--in-doubt)}.k-skipped,.k-forgotten,.k-gone{--k:var(--skipped)}.k-unchanged,.k-equal{--k:var(--unchanged)}
.dot{background:var(--k)}rect{fill:var(--k)}
table{border-collapse:collapse;width:100%;font-size:.92rem;margin-top:.6rem}
th,td{text-align:left;vertical-align:top;padding:.42rem .9rem .42rem 0;border-bottom:1px solid var(--line);font-weight:400}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--muted);font-size:.86rem;white-space:nowrap}
.num{text-align:right}
.step{display:inline-block;margin-right:1.1rem}
.v{overflow-wrap:anywhere;unicode-bidi:isolate;overflow:hidden}
td.v,.content p.v,.problems .v{white-space:pre-wrap}
.hash{font-size:.8em;color:var(--muted)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.7rem 1.6rem;margin:.4rem 0 .6rem}
.facts dt{color:var(--muted);font-size:.86rem}
.group{border:1px solid var(--line);border-radius:8px;margin-top:.55rem}
.group>summary{padding:.55rem .9rem;cursor:pointer;display:flex;gap:.75rem;align-items:baseline;list-style:none}
.group>div{padding:0 .9rem .8rem}
.group table{table-layout:fixed}.group thead th:nth-child(1){width:20%}.group thead th:nth-child(2){width:24%}
.group tr:last-child>*{border-bottom:0}
.group td{overflow-wrap:anywhere}
.count{font-weight:650;min-width:1.1rem}
.group>summary::after,.changes summary::after{content:"";flex:none;width:.42rem;height:.42rem;border:solid var(--muted);border-width:0 1.5px 1.5px 0;transform:rotate(45deg);margin-left:auto;align-self:center}
details[open]>summary::after{transform:rotate(225deg)}
summary::-webkit-details-marker{display:none}
.todo li{margin-top:.6rem}.todo p{color:var(--muted)}
.fix{background:var(--soft);border-radius:6px;padding:.45rem .75rem}
.plain>summary{color:var(--link);cursor:pointer;font-size:.92rem;margin-top:.3rem}
.filters{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:.8rem 1rem;margin:.8rem 0 .4rem}
.filters label:not(.chip),legend{display:block;color:var(--muted);font-size:.86rem;padding:0}
.search input{width:100%}
input[type=search],select{background:var(--page);border:1px solid var(--muted);border-radius:6px;padding:.38rem .7rem;min-height:2.4rem}
::placeholder{color:var(--muted);opacity:1}
select{min-width:12rem;max-width:100%}
fieldset{border:0;margin:0;padding:0;min-width:0;grid-column:1/-1}
.chip{display:inline-block;margin:.3rem .4rem 0 0;cursor:pointer}
.chip[hidden]{display:none}
.chip input{position:absolute;opacity:0;width:1px;height:1px}
.chip>span{display:inline-block;border:1px solid var(--line);border-radius:99px;padding:.14rem .8rem;font-size:.9rem;color:var(--muted)}
.chip input:checked+span{background:var(--soft);border-color:var(--muted);color:var(--ink)}
.chip input:not(:checked)+span .dot{opacity:.35}
.chip input:focus-visible+span{outline:2px solid var(--link);outline-offset:2px}
.tools{grid-column:1/-1;display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;align-items:baseline}
#count{font-weight:600}
.changes>li{border-top:1px solid var(--line)}
#list>li{content-visibility:auto;contain-intrinsic-size:auto 2.6rem}
.changes>li:last-child{border-bottom:1px solid var(--line)}
.changes summary{display:flex;gap:.9rem;align-items:baseline;padding:.5rem .2rem;cursor:pointer;list-style:none}
.changes summary:hover{background:var(--soft)}
.kind{flex:none;min-width:6.2rem}
.key{flex:none;width:11rem;font-weight:600}
.who{display:block;font-weight:400}
.gist{flex:1;min-width:0;color:var(--muted)}
.place{color:var(--muted);font-size:.86rem;overflow-wrap:anywhere}
.changes summary::after{margin-left:0}
.tag,.fate{flex:none;font-size:.82rem;border:1px solid currentColor;border-radius:4px;padding:0 .4rem}
.tag{color:var(--drifted)}.fate{color:var(--muted);border-color:var(--line)}
.content{padding:0 .2rem 1rem 7.1rem}
.content table{margin-top:.1rem;table-layout:fixed}
.content thead th:first-child{width:32%}
@media (min-width:44.01rem){.fields th[scope=row],.keyed th[scope=row]{white-space:nowrap;padding-right:1.5rem}}
.content tbody th{color:var(--muted)}
.content tr:last-child>*{border-bottom:0}
.content p{margin:.4rem 0}
.edited{color:var(--drifted)}
.problems li+li{margin-top:.3rem}
del{background:var(--del);color:var(--del-ink);text-decoration:line-through}
ins{background:var(--ins);color:var(--ins-ink);text-decoration:none}
.more{text-align:center;margin-top:1rem}
.more button[hidden],[hidden]{display:none}
.chart svg{display:block;width:100%;height:.9rem;margin-top:.3rem}
.chart td:nth-child(2){width:60%}
.facts>div:has(.wide,.hash){grid-column:1/-1}.sign{border:1px solid var(--line);border-radius:8px;padding:.9rem 1rem}.lines{display:grid;grid-template-columns:2fr 1.4fr 1fr;gap:1.6rem;margin-top:1.8rem}.lines p{border-top:1px solid var(--muted);padding-top:.3rem;color:var(--muted)}.choice{color:var(--ink);margin-left:.8rem;white-space:nowrap}
.pre{white-space:pre-wrap}
.files{table-layout:fixed}.files td:last-child,.files th:last-child{width:34%}.hash{overflow-wrap:anywhere}
@media screen and (max-width:44rem){.filters{grid-template-columns:1fr}.changes summary{flex-wrap:wrap;gap:.1rem .8rem}.kind{min-width:0}.key{width:auto;flex:0 1 auto}.gist{flex-basis:100%;order:5}.content{padding-left:.2rem}.changes summary::after{display:none}header,main{padding-left:1rem;padding-right:1rem}.happens{font-size:1.2rem}.lines{grid-template-columns:1fr;gap:2rem}.facts{grid-template-columns:1fr;gap:.25rem}.facts>div:not(:has(.wide,.hash)){display:grid;grid-template-columns:7em 1fr;gap:.6rem}
.cards thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}.cards,.cards tbody{display:block}.cards tr{display:block;border-bottom:1px solid var(--line);padding:.4rem 0}.cards th,.cards td{display:block;border:0;padding:.1rem 0;text-align:left;width:auto!important}.cards tbody th{font-weight:600}
.cards td:empty{display:none}.fields td.num{display:inline-block;margin-right:1.1rem}.fields tr{position:relative}.fields th{padding-right:4rem!important}.fields td:last-child{position:absolute;top:.4rem;right:0}.sides tr{display:grid!important;grid-template-columns:1fr 1fr;gap:0 .9rem}.sides th{grid-column:1/-1}.sides td::before{display:block}
.cards td[data-label]::before{content:attr(data-label) " ";color:var(--muted);font-size:.86em;margin-right:.4em}
html[lang=zh] .cards td[data-lz]:not([data-lz=""])::before{content:attr(data-lz) " ";color:var(--muted);font-size:.86em;margin-right:.4em}html[lang=en] .cards td[data-le]:not([data-le=""])::before{content:attr(data-le) " ";color:var(--muted);font-size:.86em;margin-right:.4em}}
@media print{:root{font-size:12px}.legend{grid-template-columns:repeat(3,1fr);gap:.2rem 1rem}.facts{grid-template-columns:repeat(3,1fr);gap:.3rem 1rem}.happens{font-size:13pt}h1{font-size:15pt}@page{size:A4;margin:14mm 14mm 18mm}
:root{${LIGHT};--line:#ccd2d9;--ink:#000;--muted:#454d58;--link:#000;color-scheme:light}
body{font-size:9pt;line-height:1.45}.changes summary{padding:.2rem 0}th,td{padding-top:.2rem;padding-bottom:.2rem}.gist{white-space:normal}header,main{max-width:none;padding:0}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
nav,.languages,.filters,.more,#first,#first-h,.link,.skip,summary::after{display:none!important}
.group::details-content{content-visibility:visible}
section{padding-top:1.4rem}h2,h3{break-after:avoid}
.lead,h3+p{break-after:avoid}.group,tr,.changes>li:not(:has(tr:nth-child(9))),.notice,.fields,#months,#cost,#sources{break-inside:avoid}.changes summary,thead{break-after:avoid}.problems li{break-inside:avoid}
#list>li{content-visibility:visible}
.content{padding-left:1.4rem}
#sign{break-inside:avoid}.lines{margin-top:2.6rem}}
`;

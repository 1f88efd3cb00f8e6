"""How a page of a conversation looks, by day and by night."""

from __future__ import annotations

STYLE = """\
:root { color-scheme: light dark; --paper: #fff; --ink: #1c1e21; --faint: #646a73; --line: #dcdfe4; --said: #f0f4fa;
  --code: #f5f6f8; --link: #0b5cad; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #16181c; --ink: #e4e6ea; --faint: #9aa1ab; --line: #343941; --said: #20262f; --code: #1f2227;
    --link: #7db4f0; --bad: #f2938c; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
header { border-bottom: 1px solid var(--line); margin-bottom: 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: .8rem; letter-spacing: .04em; color: var(--faint); margin: 0 0 .35rem; }
p { margin: 0 0 .75rem; white-space: pre-wrap; overflow-wrap: anywhere; }
p.heading { font-weight: 650; font-size: 1.1rem; margin-top: 1.1rem; }
p.facts, p.note, p.file { font-size: .85rem; color: var(--faint); }
p.error, p.partial, p.cancelled { color: var(--bad); }
article { margin: 0 0 1rem; }
article.user, article.tool { background: var(--said); border-radius: .6rem; padding: .8rem 1rem .2rem; }
section { margin-bottom: 1.75rem; }
section.before { border-left: 3px solid var(--line); padding-left: 1rem; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: .4rem; padding: .7rem .9rem;
  margin: 0 0 .75rem; overflow-x: auto; line-height: 1.45; }
code { font: .875em/1.45 ui-monospace, monospace; }
p code { background: var(--code); border-radius: .25rem; padding: .1em .3em; overflow-wrap: anywhere; }
a { color: var(--link); }
details { border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .9rem; margin: 0 0 .75rem; }
details[open] summary { margin-bottom: .5rem; }
summary { cursor: pointer; color: var(--faint); font-size: .85rem; overflow-wrap: anywhere; }
figure { margin: 0 0 .75rem; }
img, video { max-width: 100%; height: auto; border-radius: .4rem; }
.tag { border: 1px solid var(--line); border-radius: 1rem; padding: .05rem .5rem; font-size: .8rem; }
@media print { article.user, article.tool { border: 1px solid var(--line); } }
"""

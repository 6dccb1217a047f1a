/** Colours of both schemes; a page chooses with color-scheme, and may set each of the properties. */
export const COLOURS: string = `:host{
--_accent:var(--pinward-accent,light-dark(#1f5fbf,#8ab8ff));
--_on-accent:var(--pinward-on-accent,light-dark(#fff,#0c1a2e));
--_text:var(--pinward-text,light-dark(#17202c,#eef2f7));
--_muted:var(--pinward-muted,light-dark(#525f70,#a9b5c4));
--_key:var(--pinward-key,light-dark(#eef1f5,#252d38));
--_press:var(--pinward-key-active,light-dark(#d9e0e9,#3a4656));
--_error:var(--pinward-error,light-dark(#b3261e,#ffb4ab));
--_ok:var(--pinward-ok,light-dark(#17693a,#86d9a4));
--_radius:var(--pinward-radius,1rem);
display:block;box-sizing:border-box;inline-size:100%;max-inline-size:20rem;margin-inline:auto;color:var(--_text);
font-family:var(--pinward-font,system-ui,sans-serif);line-height:1.4;text-align:center;
-webkit-tap-highlight-color:transparent}
:host([hidden]){display:none}
*{box-sizing:border-box}
p{margin:0}
button{font:inherit;color:inherit;border:1px solid transparent;border-radius:var(--_radius);background:var(--_key);
min-block-size:3rem;min-inline-size:2.75rem;cursor:pointer;touch-action:manipulation;user-select:none;-webkit-user-select:none;
transition:background-color .12s}
button:active{background:var(--_press)}
:focus-visible{outline:3px solid var(--_accent);outline-offset:2px}
svg{inline-size:1.5rem;block-size:1.5rem;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;
stroke-linejoin:round;vertical-align:middle}
.unseen{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (hover:hover){button:hover{background:var(--_press)}}
@media (prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important}}
@media (prefers-contrast:more){button{border-color:currentColor}}
@media (forced-colors:active){button{border-color:ButtonText}:focus-visible{outline-color:Highlight}svg{stroke:ButtonText}}
`;

export const PAD_STYLES: string = `${COLOURS}
.head{display:flex;flex-direction:column;min-block-size:7.25rem}
.title{font-size:1.125rem;font-weight:600}
.dots{display:flex;justify-content:center;align-items:center;gap:.625rem;block-size:2.75rem;direction:ltr}
.dot{inline-size:.75rem;block-size:.75rem;border-radius:50%;border:1.5px solid var(--_muted);
transition:background-color .12s,border-color .12s,transform .12s}
.filled{background:var(--_accent);border-color:var(--_accent);transform:scale(1.12)}
.message{font-size:.9375rem;color:var(--_error);text-wrap:balance}
.mark{display:none}
.keys{display:grid;grid-template-columns:repeat(3,1fr);gap:var(--pinward-gap,.625rem);direction:ltr}
.key{font-size:1.5rem;font-variant-numeric:tabular-nums;block-size:var(--pinward-key-size,3.75rem);padding:0}
.zero{grid-column-start:2}
.plain{background:none;color:var(--_muted)}
.plain svg{inline-size:1.75rem;block-size:1.75rem}
.confirm{inline-size:100%;margin-block-start:1rem;padding:.5rem 1rem;font-weight:600;background:var(--_accent);
color:var(--_on-accent)}
@media (hover:hover){.confirm:hover{background:var(--_accent);filter:brightness(1.08)}}
.confirm:active{background:var(--_accent);filter:brightness(.94)}
slot[name=help]{display:block;margin-block-start:1rem}
:host(:state(busy)) .dot{animation:wait 1s ease-in-out infinite alternate}
:host(:is(:state(busy),:state(done),:state(locked))) button{cursor:default;opacity:.4}
:host(:state(busy)) .message{color:var(--_muted)}
:host(:is(:state(done),:state(locked))) :is(.title,.dots){display:none}
:host(:is(:state(done),:state(locked))) .message{order:1;font-size:1.125rem;font-weight:600}
:host(:state(done)) .ok,:host(:state(locked)) .lock{display:block;margin:.25rem auto .5rem}
.mark svg{inline-size:3rem;block-size:3rem;stroke-width:1.5}
.ok,:host(:state(done)) .message{color:var(--_ok)}
.lock{color:var(--_error)}
@keyframes wait{to{opacity:.3}}
@media (forced-colors:active){.filled{background:CanvasText;border-color:CanvasText;forced-color-adjust:none}.confirm{forced-color-adjust:none;background:ButtonText;color:ButtonFace}}
`;

import { COLOURS } from '../pin-pad/styles.js';

export const CARD_STYLES: string = `${COLOURS}
:host{max-inline-size:24rem;text-align:start}
.card{position:relative;overflow:hidden;padding:1.25rem;border-radius:var(--_radius);background:var(--_key);
border:1px solid transparent}
dl{margin:0;display:grid;grid-template-columns:auto 1fr;gap:.875rem 1.5rem}
.wide{grid-column:1/-1}
dt{font-size:.8125rem;color:var(--_muted)}
dd{margin:0;font-weight:600;overflow-wrap:anywhere}
.number{font-size:1.25rem;font-variant-numeric:tabular-nums;letter-spacing:.02em;direction:ltr;text-align:start;unicode-bidi:isolate}
:dir(rtl) .number{text-align:end}
.actions{display:flex;flex-wrap:wrap;gap:.625rem;margin-block-start:.75rem}
.actions button{flex:1 1 8rem;padding:.5rem 1rem;font-weight:600}
.copy{background:var(--_accent);color:var(--_on-accent)}
@media (hover:hover){.copy:hover{background:var(--_accent);filter:brightness(1.08)}}
.message{min-block-size:1.4em;margin-block-start:.5rem;font-size:.9375rem;color:var(--_ok);text-align:center}
:host(:state(failed)) .message{color:var(--_error)}
.time{position:absolute;inset:auto 0 0 0;block-size:.1875rem;background:var(--_accent);transform-origin:left;
animation:pass linear forwards}
:dir(rtl) .time{transform-origin:right}
:host(:not(:state(shown))) :is(.actions,.time,.known){display:none}
@keyframes pass{to{transform:scaleX(0)}}
@media (forced-colors:active){.card{border-color:CanvasText}.time{background:CanvasText;forced-color-adjust:none}.copy{forced-color-adjust:none;background:ButtonText;color:ButtonFace}}
@media (prefers-contrast:more){.card{border-color:currentColor}}
`;

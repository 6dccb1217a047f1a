import { openNote } from '../audit/proof/note.js';
import type { VerifierKey } from '../audit/proof/verifier-key.js';

/** First line of every report, so that a signed note of another kind is refused. */
const TITLE = 'pinward incident report v1';

/** A report as far as its verdict needs it; the file has all of it. */
export interface Report {
  readonly state: string;
  readonly openedBy: string;
  readonly requestedBy: string | null;
  readonly approvedBy: string | null;
  readonly restored: number;
  readonly keptOut: number;
  readonly planned: number;
  readonly failuresTakenBack: number;
  readonly cards: { readonly count: number; readonly sha256: string };
}

export interface SignedReport {
  readonly report: Report;
  /** What was signed, without its title. */
  readonly json: string;
  readonly signedBy: readonly VerifierKey[];
}

/** Reads a report whose signature holds. @throws Error, with words for the person */
export async function openReport(note: string, keys: readonly VerifierKey[]): Promise<SignedReport> {
  const { text, signedBy } = await openNote(note, keys);
  const end = text.indexOf('\n');
  if (text.slice(0, end) !== TITLE) throw new Error('What is signed is no report of an incident.');
  const json = text.slice(end + 1);
  return { report: reportOf(JSON.parse(json)), json, signedBy };
}

/** What has come of it, in a sentence. */
export function verdictOf({ state, restored, keptOut, planned, failuresTakenBack }: Report): string {
  const cards = (count: number) => `${count} ${count === 1 ? 'card' : 'cards'}`;
  const was = (count: number) => (count === 1 ? 'was' : 'were');
  const done =
    restored === 0
      ? 'No card was restored.'
      : `${cards(restored)} ${was(restored)} restored, and ${failuresTakenBack} failures taken back.`;
  const kept = keptOut === 0 ? '' : ` ${cards(keptOut)} ${was(keptOut)} kept out.`;
  const left = planned === 0 ? '' : ` ${cards(planned)} ${was(planned)} left as they were.`;
  return `${ENDS[state] ?? 'It has ended.'} ${done}${kept}${left}`;
}

/** Which persons stand behind it. */
export function personsOf({ requestedBy, approvedBy }: Report): string {
  if (requestedBy === null) return 'Nobody has asked for the restoration.';
  return approvedBy === null ? 'One person has decided.' : 'Two persons have decided.';
}

const ENDS: Readonly<Record<string, string>> = {
  done: 'The restoration was carried out to its end.',
  cancelled: 'It was cancelled.',
  lapsed: 'It lapsed.',
};

/** @throws Error where it is no report, whoever has signed it */
function reportOf(value: unknown): Report {
  const { state, openedBy, requestedBy, approvedBy, counts, cards } = recordOf(value);
  const { restored, keptOut, planned, failuresTakenBack } = recordOf(counts);
  const { count, sha256 } = recordOf(cards);
  return {
    state: textOf(state),
    openedBy: textOf(openedBy),
    requestedBy: textOrNull(requestedBy),
    approvedBy: textOrNull(approvedBy),
    restored: countOf(restored),
    keptOut: countOf(keptOut),
    planned: countOf(planned),
    failuresTakenBack: countOf(failuresTakenBack),
    cards: { count: countOf(count), sha256: textOf(sha256) },
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  throw new Error(UNREADABLE);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error(UNREADABLE);
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : textOf(value);
}

function countOf(value: unknown): number {
  if (Number.isSafeInteger(value)) return Number(value);
  throw new Error(UNREADABLE);
}

const UNREADABLE = 'The report is signed, and has members that this console does not understand.';

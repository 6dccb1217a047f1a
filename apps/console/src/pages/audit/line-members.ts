export interface Member {
  readonly name: string;
  readonly value: string;
}

/** The members of a line, and those of its details, as text. What is no line comes back whole, as one member. */
export function membersOf(entry: string): { readonly members: Member[]; readonly details: Member[] } {
  const line = recordOf(parsed(entry));
  if (line === null) return { members: [{ name: 'entry', value: entry }], details: [] };
  const { details, ...members } = line;
  const inner = recordOf(details);
  return {
    members: textsOf(details !== undefined && inner === null ? line : members),
    details: inner === null ? [] : textsOf(inner),
  };
}

function textsOf(record: Readonly<Record<string, unknown>>): Member[] {
  return Object.entries(record).map(([name, value]) => ({
    name,
    value: typeof value === 'string' ? value : JSON.stringify(value, null, 2),
  }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}

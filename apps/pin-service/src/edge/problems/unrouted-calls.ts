import type { Log } from '../../logging/log.js';

/** A call that was answered before any route, or any hook, has seen it. */
export interface UnroutedCall {
  /** Of the answer; generated. */
  readonly requestId: string;
  readonly status: number;
  /** Problem code of the answer. */
  readonly code: string;
  /** Null for a peer that has gone. */
  readonly sourceAddress: string | null;
}

export type TellUnrouted = (call: UnroutedCall) => void;

/** Every call leaves a line, also one that is no proper HTTP or names a path that cannot be read. */
export class UnroutedCalls {
  #count: TellUnrouted = () => undefined;

  constructor(private readonly log: Log) {}

  /** Who counts them for the audit trail, which is opened after the router is made and before anything listens. */
  countedBy(count: TellUnrouted): void {
    this.#count = count;
  }

  readonly tell: TellUnrouted = (call) => {
    const { requestId, status, code, sourceAddress: source } = call;
    // Neither method nor path: nobody has read them.
    const from = source === null ? {} : { source };
    this.log.write('info', { requestId, route: 'none', status, code, ...from });
    this.#count(call);
  };
}

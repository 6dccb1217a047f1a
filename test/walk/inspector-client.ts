import { once } from 'node:events';

/** https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#type-FunctionCoverage */
interface FunctionCoverage {
  readonly functionName: string;
  readonly ranges: readonly {
    readonly startOffset: number;
    readonly endOffset: number;
    readonly count: number;
  }[];
}

export interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly FunctionCoverage[];
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly params?: { readonly sessionId: string; readonly message: string };
}

type Send = (text: string) => Promise<void> | void;

/** One thread, as the inspector speaks of it. */
class Thread {
  readonly #answers = new Map<number, (message: Message) => void>();
  #last = 0;

  constructor(private readonly send: Send) {}

  async call<T>(method: string, params: object = {}): Promise<T> {
    const id = (this.#last += 1);
    const answer = new Promise<Message>((resolve) => this.#answers.set(id, resolve));
    await this.send(JSON.stringify({ id, method, params }));
    const { error, result } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  receive(message: Message): void {
    this.#answers.get(message.id ?? 0)?.(message);
    this.#answers.delete(message.id ?? 0);
  }

  async startCounting(): Promise<void> {
    await this.call('Profiler.enable');
    await this.call('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  }

  /** How often each function was called since the last take. */
  async take(): Promise<readonly ScriptCoverage[]> {
    return (await this.call<{ result: ScriptCoverage[] }>('Profiler.takePreciseCoverage')).result;
  }
}

/** A process with its worker threads, through its inspector. */
export class InspectedProcess implements Disposable {
  readonly #workers = new Map<string, Thread>();
  readonly #main: Thread;

  private constructor(private readonly socket: WebSocket) {
    this.#main = new Thread((text) => socket.send(text));
    socket.addEventListener('message', ({ data }) => this.receive(JSON.parse(String(data)) as Message));
  }

  /** @param url "ws://127.0.0.1:PORT/ID" */
  static async open(url: string): Promise<InspectedProcess> {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    const inspected = new InspectedProcess(socket);
    // Its answer comes after the existing workers were reported.
    await inspected.#main.call('NodeWorker.enable', { waitForDebuggerOnStart: false });
    for (const thread of inspected.threads()) await thread.startCounting();
    return inspected;
  }

  async take(): Promise<readonly ScriptCoverage[]> {
    return (await Promise.all(this.threads().map((thread) => thread.take()))).flat();
  }

  [Symbol.dispose](): void {
    this.socket.close();
  }

  private threads(): readonly Thread[] {
    return [this.#main, ...this.#workers.values()];
  }

  private receive(message: Message): void {
    if (message.method === undefined) return this.#main.receive(message);
    const { sessionId = '', message: text = '' } = message.params ?? {};
    if (message.method === 'NodeWorker.receivedMessageFromWorker') {
      this.#workers.get(sessionId)?.receive(JSON.parse(text) as Message);
    }
    if (message.method === 'NodeWorker.attachedToWorker') {
      const send = async (toWorker: string) => {
        await this.#main.call('NodeWorker.sendMessageToWorker', { sessionId, message: toWorker });
      };
      this.#workers.set(sessionId, new Thread(send));
    }
  }
}

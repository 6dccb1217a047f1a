/** A session of Node's inspector (https://chromedevtools.github.io/devtools-protocol/v8), as a debugger opens it. */
export class Inspector implements Disposable {
  readonly #socket: WebSocket;
  readonly #waiting: {
    readonly fits: (message: Message) => boolean;
    readonly resolve: (message: Message) => void;
  }[] = [];
  readonly #messages: Message[] = [];
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data)) as Message));
  }

  static async attach(port: number): Promise<Inspector> {
    const listed = await fetch(`http://127.0.0.1:${port}/json/list`);
    const [target] = (await listed.json()) as readonly { readonly webSocketDebuggerUrl: string }[];
    const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    });
    return new Inspector(socket);
  }

  async call(method: string, params: object = {}): Promise<Message> {
    this.#last += 1;
    const id = this.#last;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return await this.#message((message) => message.id === id);
  }

  /** An event that has come or is to come. */
  async event(method: string, fits: (params: Message['params']) => boolean = () => true): Promise<Message> {
    return await this.#message((message) => message.method === method && fits(message.params));
  }

  /** The value of an expression in the process. */
  async evaluate(expression: string): Promise<unknown> {
    const { result } = await this.call('Runtime.evaluate', { expression, returnByValue: true });
    return result?.result?.value;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }

  #take(message: Message): void {
    this.#messages.push(message);
    for (const waiting of this.#waiting) if (waiting.fits(message)) waiting.resolve(message);
  }

  #message(fits: (message: Message) => boolean): Promise<Message> {
    const found = this.#messages.find(fits);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => this.#waiting.push({ fits, resolve }));
  }
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

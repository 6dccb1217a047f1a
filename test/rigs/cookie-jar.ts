/** Cookies of one browser, as the servers that it talks to have set them. All of them are for all it is asked for. */
export class CookieJar {
  readonly #values = new Map<string, string>();

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  set(name: string, value: string): void {
    this.#values.set(name, value);
  }

  /** Header of a request; nothing without a cookie. */
  header(): { readonly cookie?: string } {
    const pairs = [...this.#values].map(([name, value]) => `${name}=${value}`);
    return pairs.length === 0 ? {} : { cookie: pairs.join('; ') };
  }

  /** @param lines Set-Cookie of an answer; one that has expired, or is empty, takes the cookie away */
  keep(lines: readonly string[] = []): void {
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const isOver = value === '' || /; *(max-age=0|expires=Thu, 01 Jan 1970)/i.test(line);
      if (isOver) this.#values.delete(name);
      else this.#values.set(name, value);
    }
  }
}

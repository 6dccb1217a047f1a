/** Work by key: those who ask while it is under way share it, and its failure. */
export class SharedWork<Result> {
  /** Bounded by the requests that wait for it. */
  readonly #underWay = new Map<string, Promise<Result>>();

  async of(key: string, work: () => Promise<Result>): Promise<Result> {
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) return await underWay;
    const begun = work().finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, begun);
    return await begun;
  }
}

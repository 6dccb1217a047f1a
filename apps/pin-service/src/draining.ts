import { Injectable } from '@nestjs/common';

/** Whether the service is on its way out: not ready any more, and each answer ends its connection. */
@Injectable()
export class Draining {
  #begun = false;

  begin(): void {
    this.#begun = true;
  }

  get begun(): boolean {
    return this.#begun;
  }
}
